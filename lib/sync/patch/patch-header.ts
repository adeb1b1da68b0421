import { asCount, asText, attribute, read, refused, WireFormatError } from '../../wire/index.js'
import { EMPTY_PATCH, type PatchTotals } from './patch-totals.js'

/** What the first line of every patch calls itself. */
const FORMAT = 'tidemark-patch'
/** The version that is written, and the only one that is read. */
const VERSION = 1
/** No count has more digits: it is exact as a number. */
const DIGITS_MAX = 16
const TOTALS = ['made', 'dropped', 'removals', 'documents', 'bytes'] as const

/** What the first line of a patch says. */
export interface PatchHeader {
  /** Tells this patch from every other one: 128 random bits in hexadecimal. */
  readonly id: string
  /** Address of the replica that the patch changes. */
  readonly makes: string
  /** Address of the replica that it will be equal to then. */
  readonly equalTo: string
  readonly totals: PatchTotals
}

/**
 * Writes the first line, newline included. Its length is the same whatever the totals are, so that
 * it can be written twice: they are known only at the end.
 */
export function formatPatchHeader(header: PatchHeader): Buffer {
  const largest = Object.fromEntries(TOTALS.map((name) => [name, 10 ** (DIGITS_MAX - 1)]))
  const bytes = Buffer.byteLength(headerText({ ...header, totals: { ...EMPTY_PATCH, ...largest } }))
  const text = headerText(header)
  return Buffer.from(`${text}${' '.repeat(bytes - Buffer.byteLength(text))}\n`)
}

function headerText({ id, makes, equalTo, totals }: PatchHeader): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, id, makes, equalTo, ...totals })
}

/**
 * Reads the first line.
 *
 * @returns the header, or the reason why it is none that can be read
 */
export function parsePatchHeader(line: string): PatchHeader | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'it is not a patch'
  }
  const header = read(value, 'the first line of a patch')
  try {
    if (attribute(header, 'format').value !== FORMAT) return 'it is not a patch'
    const version = asCount(attribute(header, 'version'))
    if (version !== VERSION) {
      return `it is of version ${version} of the format, and only version ${VERSION} is read here`
    }
    const count = (name: keyof PatchTotals): number => asCount(attribute(header, name))
    return {
      id: readId(header),
      makes: asText(attribute(header, 'makes')),
      equalTo: asText(attribute(header, 'equalTo')),
      totals: {
        made: count('made'),
        dropped: count('dropped'),
        removals: count('removals'),
        documents: count('documents'),
        bytes: count('bytes'),
      },
    }
  } catch (error) {
    if (!(error instanceof WireFormatError)) throw error
    return error.path === '' ? 'it is not a patch' : `"${error.path}" in its first line is wrong`
  }
}

function readId(header: ReturnType<typeof read>): string {
  const reader = attribute(header, 'id')
  const id = asText(reader)
  if (!/^[0-9a-f]{32}$/.test(id)) throw refused(reader, '32 hexadecimal digits')
  return id
}
