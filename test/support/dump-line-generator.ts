import { createRandom, type Random } from '../../lib/cli/demo/random.js'

const ALPHABET = '-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** What a mutation most likely puts into a line: bytes that mean something to a scanner. */
const BYTES = Buffer.from('"\\{}[],:\n\r\t _-0129NkrvAZaz@`/+\x00\x1f\x7f\x80\xc3\xff', 'latin1')

const REVISIONS = [
  '',
  '_',
  '-',
  '-----------',
  '----------_',
  'N9999999999',
  'd9999999999',
] as const
const ODD_REVISIONS = [
  '_fMzozz2!--',
  'é',
  '\\u005ffMzozz2',
  '_fMzozz2----',
  '1133525',
  '0',
  '9z',
] as const
const KEYS = [
  '',
  'a\\u0062',
  '\\"_rev\\":\\"_x\\"',
  'schlüssel',
  '✓',
  'a\tb',
  '{}',
  '0',
  ':',
] as const
const RESTS = [
  '',
  ',"a":1',
  ',"o":{"_rev":"_inner"}',
  ',"s":"\\"_rev\\":\\"_quoted\\"}"',
  ',"_rev":"_later"',
  ',"_key":"later"',
  ',"t":"} }"',
  ',"a":[{"_key":"x","_rev":"_y"}]',
  ',"n":1.5e3,"é":null',
  ',',
  '}',
  ',"cut":"',
] as const
const EARLY = [
  '"o":{"_rev":"_inner","_key":"k"},',
  '"s":"\\"_rev\\":\\"_quoted\\"",',
  '"_rev":null,',
  '"_rev":12,',
  '"_key":5,',
  '"\\u005frev":"_escaped",',
  '"__rev":"_x",',
  '"_revs":"_x",',
  '"n":1,',
] as const
const TYPES = ['2300', '2300', '2301', '2302', '2303', '23000', '"2300"', '2300.0', 'null'] as const
const TAILS = ['', '', '', '', '\r', ' ', '\t \r', '}', ' }', ',', '\0'] as const
const AFTER_DATA = [
  '',
  '',
  '',
  ',"_key":"trap"',
  ',"x":{}',
  ',"type":2302',
  ',"_key":"t","y":{}',
] as const
const WHOLE_LINES = [
  '',
  ' ',
  '\r',
  '{}',
  '[]',
  'null',
  '{"_key":"a"}',
  '{',
  '}',
  '{"data":{}}',
] as const

/** Lines of dumps: a good part as servers write them, the rest as somebody might who means ill. */
export interface DumpLineGenerator {
  /** Lines with their newlines, about as many bytes as asked for. */
  lines(bytes: number): string
  /** Changes so many bytes, newlines too. */
  mutate(bytes: Buffer, count: number): void
}

/** Makes a generator that gives the same lines for the same seed. */
export function createDumpLineGenerator(seed: number): DumpLineGenerator {
  const random = createRandom(seed)
  return {
    lines: (bytes) => {
      let text = ''
      while (text.length < bytes) text += `${makeLine(random)}\n`
      return text
    },
    mutate: (bytes, count) => {
      for (let index = 0; index < count; index += 1) {
        const isTelling = random.below(4) > 0
        bytes[random.below(bytes.length)] = isTelling
          ? (BYTES[random.below(BYTES.length)] ?? 0)
          : random.below(256)
      }
    },
  }
}

function makeLine(random: Random): string {
  if (random.below(40) === 0) return random.pick(WHOLE_LINES)
  const document = makeDocument(random)
  const line = random.below(2) === 0 ? document : envelop(document, random)
  const spaced = random.below(30) === 0 ? line.replaceAll(',', ', ') : line
  const whole = random.below(30) === 0 ? spaced.slice(0, random.below(spaced.length)) : spaced
  return random.below(6) === 0 ? whole + random.pick(TAILS) : whole
}

function makeDocument(random: Random): string {
  const attributes = [`"_key":"${makeKey(random)}"`, `"_id":"c/${makeKey(random)}"`]
  if (random.below(3) === 0) {
    attributes.push(`"_from":"v/${makeKey(random)}"`, `"_to":"v/${makeKey(random)}"`)
  }
  attributes.push(`"_rev":"${makeRevision(random)}"`)
  if (random.below(4) === 0) shuffle(attributes, random)
  if (random.below(30) === 0) attributes.push(random.pick(['"_rev":"_twice"', '"_key":"twice"']))
  if (random.below(30) === 0) attributes.splice(random.below(attributes.length), 1)
  const early = random.below(20) === 0 ? random.pick(EARLY) : ''
  return `{${early}${attributes.join(',')}${makeRest(random)}}`
}

function makeRest(random: Random): string {
  if (random.below(3) > 0) return `,"text":"${'x'.repeat(random.below(90))}"`
  return random.pick(RESTS)
}

function makeKey(random: Random): string {
  if (random.below(30) === 0) return random.pick(KEYS)
  if (random.below(60) === 0) return 'k'.repeat(254)
  return String(random.below(10 ** random.below(9)))
}

function makeRevision(random: Random): string {
  const kind = random.below(20)
  if (kind === 0) return random.pick(REVISIONS)
  if (kind === 1) return random.pick(ODD_REVISIONS)
  const length = kind < 5 ? random.below(13) : 11
  let text = kind < 12 ? '' : '_f'
  while (text.length < length) text += ALPHABET.charAt(random.below(64))
  return text
}

function envelop(document: string, random: Random): string {
  const isUsual = random.below(4) > 0
  const type = `"type":${isUsual ? '2300' : random.pick(TYPES)}`
  const data = `"data":${document}${isUsual ? '' : random.pick(AFTER_DATA)}`
  if (random.below(2) === 0) return `{${type},${data}}`
  const attributes = [
    `"tick":"${makeTick(random)}"`,
    type,
    `"key":"${makeKey(random)}"`,
    `"rev":"${makeRevision(random)}"`,
  ]
  if (!isUsual) shuffle(attributes, random)
  return `{${attributes.join(',')},${data}}`
}

function makeTick(random: Random): string {
  if (random.below(10) > 0) return String(random.below(2 ** 53))
  return random.pick(['', 'x', '-1', '9999999999999999999', '99999999999999999999', '1 '])
}

function shuffle(items: string[], random: Random): void {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const item = items[index] ?? ''
    items[index] = items[other] ?? ''
    items[other] = item
  }
}
