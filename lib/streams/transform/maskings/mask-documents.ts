import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../../../wire/index.js'
import { TransformSetupError } from '../transform-setup-error.js'
import type { CollectionChange, DocumentContext, DocumentTransform } from '../document-transform.js'
import { changeLeaves, copyOf } from './change-leaves.js'
import { fastHash64 } from './fast-hash.js'
import type { Masking } from './masking.js'
import { leafKind } from './masking-value.js'
import { parseMaskings, type CollectionMasking, type Maskings } from './parse-maskings.js'
import { RuleUse } from '../rule-use.js'
import { findActions, type PathNode, type PathRule } from './path-rules.js'
import { createRandomSource } from './random-source.js'

const ALL_OTHERS = '*'
const UNLISTED: CollectionMasking = { type: 'exclude', rules: [] }

/** How {@link maskDocuments} works. */
export interface MaskOptions {
  /**
   * Unsigned 64-bit integer from which all random values follow: with the same seed the same documents
   * become the same. Default: a new one, of the system's random numbers.
   */
  readonly seed?: bigint | undefined
}

/**
 * Makes a transform that masks documents by arangodump's rules (client notes, 4.4): collections are
 * left out, kept as a definition, masked or left alone, and those that are not named are left out.
 * Leaves at the paths of the rules are replaced, arrays item by item; attributes at the top that begin
 * with `_` stay if they are text or integers. null stays null but for `integer`, `decimal`, `zip` and
 * `phone`, as the documentation of 3.12 has it.
 *
 * Random values follow from the seed, the collection and the key: not from the order of documents, nor
 * from the number of threads.
 *
 * @param definition - what a maskings file holds: `{ users: { type: 'masked', maskings: [...] } }`
 * @throws MaskingsError when the definition is not what a maskings file has to be
 */
export function maskDocuments(
  definition: JsonObject,
  options: MaskOptions = {},
): DocumentTransform {
  return createMaskTransform(parseMaskings(definition), options)
}

/** {@link maskDocuments} for maskings that were read already. */
export function createMaskTransform(maskings: Maskings, options: MaskOptions): DocumentTransform {
  const { seed = randomBytes(8).readBigUInt64LE() } = options
  const nodes = new Map<CollectionMasking, PathNode<Masking>>()
  const find = (name: string): CollectionMasking =>
    maskings.get(name) ?? maskings.get(ALL_OTHERS) ?? UNLISTED
  const names = ruleNames(maskings)
  const use = new RuleUse(names.values())
  const trackedRules = ({ rules }: CollectionMasking): PathRule<Masking>[] =>
    rules.map((rule) => {
      const action = use.noting(names.get(rule) ?? '', rule.action)
      return { path: rule.path, action }
    })
  const nodeOf = (masking: CollectionMasking): PathNode<Masking> => {
    const node = nodes.get(masking) ?? findActions(trackedRules(masking))
    nodes.set(masking, node)
    return node
  }
  const mask = (document: JsonObject, context: DocumentContext): JsonObject | undefined => {
    const name = collectionOf(context)
    const masking = find(name)
    if (masking.type === 'full') return document
    // A runner that asks about collections first never comes here with one of these.
    if (masking.type !== 'masked') return undefined
    const random = createRandomSource(documentSeed(name, document, seed))
    const run = { seed, random }
    changeLeaves(document, nodeOf(masking), (action, value) => action(value, run), isKept)
    return copyOf(document)
  }
  return {
    name: 'mask',
    collection: ({ name }) => planCollection(find(name)),
    document: mask,
    unusedRules: () => use.unused,
  }
}

/** The rules that change something, by what they are called. */
function ruleNames(maskings: Maskings): ReadonlyMap<PathRule<Masking>, string> {
  const named = [...maskings]
    .filter(([, { type }]) => type === 'masked')
    .flatMap(([collection, { rules }]) =>
      rules.map((rule, index) => [rule, `rule ${index + 1} of "${collection}"`] as const),
    )
  return new Map(named)
}

function planCollection({ type }: CollectionMasking): CollectionChange | false {
  switch (type) {
    case 'exclude':
      return false
    case 'structure':
      return { data: 'none' }
    case 'masked':
      return { data: 'transform' }
    case 'full':
      return { data: 'unchanged' }
  }
}

function collectionOf({ collection }: DocumentContext): string {
  if (collection !== undefined) return collection
  const reason = 'its rules are those of collections, and that of the lines is not known'
  throw new TransformSetupError('use', 'mask', reason)
}

/** Attributes of the system, and whatever is named like them, as arangodump has it. */
function isKept(name: string, value: unknown): boolean {
  if (!name.startsWith('_')) return false
  const kind = leafKind(value)
  return kind === 'text' || kind === 'integer'
}

function documentSeed(collection: string, document: JsonObject, seed: bigint): bigint {
  const { _key: key = '' } = document as { readonly _key?: string }
  return fastHash64(Buffer.from(`${collection}/${key}`), seed)
}
