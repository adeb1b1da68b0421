import { decodeText, JsonSyntaxError, skipArray, skipSpace } from '../wire/index.js'
import { badParameter, type RequestError } from './request-error.js'

const QUOTE = 0x22
const OPEN_BRACKET = 0x5b
const OPEN = Buffer.from('{')
const CLOSE = Buffer.from('}')
const COMMA = Buffer.from(',')
const COLON = Buffer.from(':')

/** Makes documents of lines of values, by the names in the line before them. */
export class ValueLines {
  /** JSON texts of the names. */
  readonly #names: readonly Buffer[]
  readonly #ignoresMissing: boolean

  /**
   * @param header - a JSON array of the names
   * @param ignoresMissing - take lines of more, or fewer, values too
   * @throws RequestError 400 with errorNum 10 when it is none, or says a name twice
   */
  constructor(header: Buffer, ignoresMissing: boolean) {
    const names = readValues(header)
    if (names === undefined) throw badHeader('it is no JSON array')
    const decoded = names.map((name) => {
      if (name[0] !== QUOTE) throw badHeader('not every name is text')
      return decodeText(name, 1, name.length - 1)
    })
    if (new Set(decoded).size < decoded.length) throw badHeader('it says a name twice')
    this.#names = names.map((name) => Buffer.from(name))
    this.#ignoresMissing = ignoresMissing
  }

  /**
   * The JSON text of the document; the values keep their bytes.
   *
   * @throws RequestError 400 with errorNum 10 when the line is no array, or not of the length
   */
  toDocument(line: Buffer): Buffer {
    const values = readValues(line)
    if (values === undefined) throw badParameter('the line is no JSON array')
    if (!this.#ignoresMissing && values.length !== this.#names.length) {
      const counts = `${values.length} values for ${this.#names.length} names`
      throw badParameter(`the line has ${counts}`)
    }
    const pieces: Buffer[] = [OPEN]
    for (const [index, name] of this.#names.entries()) {
      const value = values[index]
      if (value === undefined) break
      if (index > 0) pieces.push(COMMA)
      pieces.push(name, COLON, value)
    }
    pieces.push(CLOSE)
    return Buffer.concat(pieces)
  }
}

/** The texts of the values of an array; undefined when the line is none. */
function readValues(line: Buffer): readonly Buffer[] | undefined {
  const values: Buffer[] = []
  const start = skipSpace(line, 0, line.length)
  if (line[start] !== OPEN_BRACKET) return undefined
  try {
    const end = skipArray(line, start, line.length, 1, (valueStart, valueEnd) => {
      values.push(line.subarray(valueStart, valueEnd))
    })
    return skipSpace(line, end, line.length) === line.length ? values : undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

function badHeader(reason: string): RequestError {
  return badParameter(`the first line names the attributes: ${reason}`)
}
