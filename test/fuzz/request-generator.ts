import { encodeRevision, revision } from '../../lib/values/index.js'
import { VelocyPackWriter } from '../../lib/wire/velocypack/velocypack-writer.js'
import { revisionOf } from '../server/support/test-leader.js'
import { mutate } from './mutate.js'
import type { Random } from './random.js'
import { generateSlice } from './slice-generator.js'

/** One request to a leader. */
export interface GeneratedRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether the client goes away before the answer is there. */
  readonly isGivenUp: boolean
}

/** What is there to be asked for. */
export interface Targets {
  /** Revisions lie around those of as many documents. */
  readonly documentCount: number
  readonly collections: readonly [string, ...string[]]
  /** The first one is open. */
  readonly batchIds: readonly [string, ...string[]]
}

/** In one request of so many the leader has to write a tree, which is larger than all others. */
const TREE_EVERY = 400
const GIVEN_UP_EVERY = 1000
/** Larger than a leader takes. */
const LONG_BODY_BYTES = 5 * 1024 * 1024
const LONG_BODY_EVERY = 20_000
const VELOCYPACK = 'application/x-velocypack'

const WORDS: readonly [string, ...string[]] = [
  '',
  'true',
  'false',
  '✓',
  '0',
  '-1',
  '1e9',
  '18446744073709551616',
  '_fMzozz2---',
  'N9999999999',
  'N99999999999',
  '%ff%fe',
  '%',
  '%00',
  '\u{1d11e}',
]
const TYPES: readonly [string, ...string[]] = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  '',
  ';;=',
  'APPLICATION/X-VELOCYPACK ;q=0',
]
const ACCEPTS: readonly [string, ...string[]] = [
  '*/*',
  VELOCYPACK,
  VELOCYPACK,
  `${VELOCYPACK};q=0.5, application/json`,
  `${VELOCYPACK};q=1.5;q=x,,;`,
  'application/json',
]
const JSON_PARTS: readonly [string, ...string[]] = [
  '[',
  ']',
  '{',
  '}',
  '"',
  ',',
  ':',
  'null',
  '1e999',
  '-0',
  '"\\ud800"',
  '"\\u005f"',
  '\\',
  '\u0000',
  ' ',
  '[[',
  '["",""]',
  '"é"',
]

/** Makes a request to `revisions/*`, most with a list as it should be, or one broken in places. */
export function generateRequest(
  random: Random,
  targets: Targets,
  isVelocyPack: boolean,
): GeneratedRequest {
  const isTree = random.once(TREE_EVERY)
  const command = isTree ? 'tree' : random.pick(['ranges', 'documents'])
  const pairs = random.once(8) ? command !== 'ranges' : command === 'ranges'
  return {
    method: methodOf(random, isTree),
    path: `${pathOf(random, command)}?${queryOf(random, targets)}`,
    headers: headersOf(random, isVelocyPack),
    body: bodyOf(random, targets, { pairs, isVelocyPack }),
    isGivenUp: random.once(GIVEN_UP_EVERY),
  }
}

function methodOf(random: Random, isTree: boolean): GeneratedRequest['method'] {
  if (random.once(100)) return random.pick(['GET', 'PUT', 'POST', 'DELETE'])
  return isTree ? random.pick(['GET', 'POST']) : 'PUT'
}

function pathOf(random: Random, command: string): string {
  const path = `/_api/replication/revisions/${command}`
  if (random.once(200)) return `/_db/${encodeURIComponent(random.pick(WORDS))}${path}`
  return random.once(4) ? `/_db/_system${path}` : path
}

function queryOf(random: Random, targets: Targets): string {
  const { collections, batchIds, documentCount } = targets
  const [collection] = collections
  const [batchId] = batchIds
  const parts = [
    `collection=${random.once(12) ? random.pick(collections) : collection}`,
    `batchId=${random.once(12) ? random.pick(batchIds) : batchId}`,
  ]
  if (random.once(50)) parts.splice(random.below(2), 1)
  for (const name of ['resume', 'resumeHLC']) {
    const near = encodeRevision(revisionOf(random.below(documentCount)))
    if (random.once(4)) parts.push(`${name}=${random.once(6) ? random.pick(WORDS) : near}`)
  }
  for (const name of ['encodeAsHLC', 'chunkSize', '__proto__', 'verification', 'onlyPopulated']) {
    if (random.once(6)) parts.push(`${name}=${random.pick(WORDS)}`)
  }
  // Whole trees are megabytes of text.
  if (!random.once(8)) parts.push('onlyPopulated=true')
  return parts.map((part) => encodeLeniently(part)).join('&')
}

/** Signs that no URL may have are escaped; what may be escaped wrongly stays. */
function encodeLeniently(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent)
}

function headersOf(random: Random, isVelocyPack: boolean): Record<string, string> {
  const type = isVelocyPack ? VELOCYPACK : random.once(16) ? random.pick(TYPES) : TYPES[0]
  const accept = random.once(2) ? { accept: random.pick(ACCEPTS) } : {}
  return { ...(type === '' ? {} : { 'content-type': type }), ...accept }
}

interface BodyKind {
  readonly pairs: boolean
  readonly isVelocyPack: boolean
}

function bodyOf(random: Random, targets: Targets, { pairs, isVelocyPack }: BodyKind): Buffer {
  if (random.once(LONG_BODY_EVERY)) return Buffer.alloc(LONG_BODY_BYTES, '[')
  const text = formatList(random, targets, pairs)
  if (isVelocyPack) {
    if (random.once(8)) return generateSlice(random).bytes
    const slice = Buffer.from(new VelocyPackWriter().write(Buffer.from(text)))
    return random.once(2) ? slice : mutate(random, slice, generateSlice(random, 1).bytes)
  }
  if (random.once(50)) return random.bytes(random.below(40))
  return Buffer.from(random.once(2) ? text : breakText(random, text))
}

/** A list of revisions in any order, or of ascending pairs. */
function formatList(random: Random, { documentCount }: Targets, pairs: boolean): string {
  const count = random.below(random.once(10) ? 200 : 8)
  const values = Array.from({ length: pairs ? 2 * count : count }, () =>
    random.once(12)
      ? random.u64()
      : revisionOf(random.below(documentCount)) + BigInt(random.once(4) ? random.below(3) - 1 : 0),
  )
  if (!pairs) return JSON.stringify(values.map((value) => textOf(random, value)))
  if (!random.once(20)) values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const list: string[][] = []
  for (let index = 0; index < values.length; index += 2) {
    const ends = values.slice(index, index + 2)
    list.push(ends.map((value) => textOf(random, value)))
  }
  return JSON.stringify(list)
}

function textOf(random: Random, value: bigint): string {
  return random.once(60)
    ? random.pick(WORDS)
    : encodeRevision(revision(value), { pad: random.once(2) })
}

function breakText(random: Random, text: string): string {
  let broken = text
  for (let step = random.once(3) ? 1 + random.below(4) : 1; step > 0; step -= 1) {
    const start = random.below(broken.length + 1)
    const end = start + random.below(3)
    const part = random.pick(JSON_PARTS)
    const added = random.once(100) ? part.repeat(1000) : random.once(4) ? '' : part
    broken = broken.slice(0, start) + added + broken.slice(end)
  }
  return broken
}
