import type { JsonObject } from '../../../wire/index.js'
import type { DocumentContext, DocumentTransform, MutableDocument } from '../document-transform.js'
import { changeLeaves, copyOf } from '../maskings/change-leaves.js'
import { leafKind } from '../maskings/masking-value.js'
import { findActions, type PathNode } from '../maskings/path-rules.js'
import { SYSTEM_ATTRIBUTES } from '../ready/attribute-paths.js'
import { RuleUse } from '../rule-use.js'
import { TransformSetupError } from '../transform-setup-error.js'
import {
  findKeyRule,
  parsePseudonyms,
  type AttributeRule,
  type PseudonymRules,
} from './parse-pseudonyms.js'
import { createPseudonym, type Pseudonym } from './pseudonym-types.js'
import { checkPseudonymKey } from './pseudonym-key.js'

const ALL_OTHERS = '*'

/** Attributes at the top that hold the `_id` of a document. */
const ID_ATTRIBUTES = ['_id', '_from', '_to'] as const

/**
 * What is left of how a collection makes keys: its `lastValue` tells the highest key that was there, and
 * a generator of numbers would not take pseudonyms.
 */
const PSEUDONYM_KEYS: JsonObject = { keyOptions: { allowUserKeys: true, type: 'traditional' } }

/** How {@link pseudonymise} works. */
export interface PseudonymOptions {
  /** The secret: whoever has it can find out what a pseudonym stands for. At least 32 bytes. */
  readonly key: string | Uint8Array
}

/**
 * Makes a transform that puts pseudonyms in the place of keys and of other values (HMAC-SHA256): equal
 * values get equal pseudonyms, in all runs with the same key. `_id`, `_from` and `_to` follow the keys
 * that they hold, so that edges stay joined. Definitions of collections with pseudonyms for keys lose how
 * keys were made there.
 *
 * @param definition - what a file of pseudonyms holds: `{ keys: { users: 'hex' }, attributes: {...} }`
 * @throws PseudonymsError when it is not what it has to be, or the key is too short
 */
export function pseudonymise(definition: JsonObject, { key }: PseudonymOptions): DocumentTransform {
  return createPseudonymTransform(parsePseudonyms(definition), checkPseudonymKey(key))
}

/** {@link pseudonymise} for rules and a key that were read already. */
export function createPseudonymTransform(rules: PseudonymRules, key: Buffer): DocumentTransform {
  const pseudonyms = new Pseudonyms(rules, key)
  return {
    name: 'pseudonyms',
    collection: ({ name }) =>
      findKeyRule(rules.keys, name) === undefined ? undefined : { parameters: PSEUDONYM_KEYS },
    document: (document, context) => {
      pseudonyms.change(document, collectionOf(document, context))
      return copyOf(document)
    },
    unusedRules: () => pseudonyms.unusedRules,
    removal: (key, context) => pseudonyms.changeKey(key, collectionOf({}, context)),
  }
}

class Pseudonyms {
  readonly #rules: PseudonymRules
  readonly #key: Buffer
  readonly #use: RuleUse
  /** By type and domain. */
  readonly #made = new Map<string, Pseudonym>()
  readonly #keys = new Map<string, Pseudonym | undefined>()
  readonly #attributes = new Map<string, PathNode<Pseudonym> | undefined>()

  constructor(rules: PseudonymRules, key: Buffer) {
    this.#rules = rules
    this.#key = key
    const ofKeys = [...rules.keys.keys()].map(nameOfKeys)
    const ofAttributes = [...rules.attributes].flatMap(([collection, all]) =>
      all.map((rule) => nameOfAttribute(rule, collection)),
    )
    this.#use = new RuleUse([...ofKeys, ...ofAttributes])
  }

  get unusedRules(): readonly string[] {
    return this.#use.unused
  }

  change(document: MutableDocument, collection: string): void {
    const { _key: key } = document
    if (typeof key === 'string') document['_key'] = this.changeKey(key, collection)
    for (const name of ID_ATTRIBUTES) {
      if (Object.hasOwn(document, name)) document[name] = this.#changeId(document[name])
    }
    if (this.#rules.removeRevisions) delete document['_rev']
    const root = this.#ofAttributes(collection)
    if (root !== undefined) changeLeaves(document, root, callPseudonym, isSystemAttribute)
  }

  changeKey(key: string, collection: string): string {
    const ofKey = this.#ofKeys(collection)
    return ofKey === undefined ? key : String(ofKey(key))
  }

  /** `users/123`: the key follows its collection; what is no such text stays. */
  #changeId = (id: unknown): unknown => {
    if (typeof id !== 'string') return id
    const slash = id.indexOf('/')
    if (slash < 1) return id
    const collection = id.slice(0, slash)
    const ofKey = this.#ofKeys(collection)
    return ofKey === undefined ? id : `${collection}/${String(ofKey(id.slice(slash + 1)))}`
  }

  #ofKeys(collection: string): Pseudonym | undefined {
    if (!this.#keys.has(collection)) this.#keys.set(collection, this.#makeOfKeys(collection))
    return this.#keys.get(collection)
  }

  #makeOfKeys(collection: string): Pseudonym | undefined {
    const rule = findKeyRule(this.#rules.keys, collection)
    if (rule === undefined) return undefined
    this.#use.note(nameOfKeys(this.#rules.keys.has(collection) ? collection : ALL_OTHERS))
    const { type, domain } = rule
    return this.#make(type, domain === undefined ? ['key', collection] : ['domain', domain])
  }

  #ofAttributes(collection: string): PathNode<Pseudonym> | undefined {
    if (!this.#attributes.has(collection)) {
      const { attributes } = this.#rules
      const listed = attributes.has(collection) ? collection : ALL_OTHERS
      const actions = attributes.get(listed)?.map((rule) => ({
        path: rule.path,
        action: this.#use.noting(
          nameOfAttribute(rule, listed),
          this.#makeOfAttribute(rule, collection),
        ),
      }))
      this.#attributes.set(collection, actions === undefined ? undefined : findActions(actions))
    }
    return this.#attributes.get(collection)
  }

  #makeOfAttribute(rule: AttributeRule, collection: string): Pseudonym {
    if (rule.type === 'id') return this.#changeId
    if (rule.type === 'key') {
      const ofKey = this.#ofKeys(rule.collection)
      // A key is text, though references to it may be numbers.
      return (value) => (leafKind(value) === 'null' ? null : ofKey?.(String(value)))
    }
    const { type, domain, pathText } = rule
    const own = ['attribute', collection, pathText]
    return this.#make(type, domain === undefined ? own : ['domain', domain])
  }

  #make(type: Parameters<typeof createPseudonym>[0], domain: readonly string[]): Pseudonym {
    const name = JSON.stringify([type, ...domain])
    const made = this.#made.get(name) ?? createPseudonym(type, this.#key, domain)
    this.#made.set(name, made)
    return made
  }
}

function nameOfKeys(collection: string): string {
  return `"keys" of "${collection}"`
}

function nameOfAttribute({ pathText }: AttributeRule, collection: string): string {
  return `attribute "${pathText}" of "${collection}"`
}

function callPseudonym(pseudonym: Pseudonym, value: unknown): unknown {
  return pseudonym(value)
}

/** The rules for attributes are not for those that keys decide on. */
function isSystemAttribute(name: string): boolean {
  return SYSTEM_ATTRIBUTES.includes(name)
}

function collectionOf(document: JsonObject, { collection }: DocumentContext): string {
  if (collection !== undefined) return collection
  const { _id: id } = document
  const slash = typeof id === 'string' ? id.indexOf('/') : -1
  if (slash > 0) return (id as string).slice(0, slash)
  const reason = 'its rules are those of collections, and that of the lines is not known'
  throw new TransformSetupError('use', 'pseudonyms', reason)
}
