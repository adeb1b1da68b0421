import { isAscii } from 'node:buffer'
import { DumpLineScanner, type JsonObject } from '../wire/index.js'
import type { LineChunk } from './line-chunk.js'

/** Bytes that are made a string at one time: few strings, yet small beside the young generation. */
const WINDOW_BYTES = 32 * 1024

/**
 * Parses the documents of a chunk one at a time; removals and blank lines are left out. The fastest
 * way to objects: lines are cut out of larger pieces of text, and there is no generator, whose every
 * step costs a twentieth of a small document. Numbers that JavaScript cannot hold lose digits, and of
 * a repeated attribute the last counts.
 */
export class ChunkDocuments implements IterableIterator<JsonObject> {
  readonly #chunk: LineChunk
  #index = 0
  /** The text of the lines between two offsets; empty when it is not ASCII. */
  #window = ''
  #windowStart = 0
  #windowEnd = 0

  constructor(chunk: LineChunk) {
    this.#chunk = chunk
  }

  /** The documents that are left; a chunk's documents can be gone through once. */
  [Symbol.iterator](): this {
    return this
  }

  /** @throws {@link DumpLineError} when a line is not an entry */
  next(): IteratorResult<JsonObject, undefined> {
    const { lineCount } = this.#chunk
    while (this.#index < lineCount) {
      const index = this.#index
      this.#index += 1
      const document = readDocument(this.#chunk, index, this.#lineText(index))
      if (document !== undefined) return { done: false, value: document }
    }
    return { done: true, value: undefined }
  }

  #lineText(index: number): string {
    const { offsets } = this.#chunk
    const start = offsets[index] as number
    const end = offsets[index + 1] as number
    if (end > this.#windowEnd) this.#moveWindow(index)
    if (this.#window === '') return utf8Line(this.#chunk, index)
    return this.#window.substring(start - this.#windowStart, end - this.#windowStart)
  }

  #moveWindow(index: number): void {
    const { buffer, offsets } = this.#chunk
    this.#windowStart = offsets[index] as number
    this.#windowEnd = endOfWindow(offsets, index)
    const bytes = buffer.subarray(this.#windowStart, this.#windowEnd)
    this.#window = isAscii(bytes) ? bytes.toString('latin1') : ''
  }
}

/** The end of the last line that fits into a window that begins with `first`. */
function endOfWindow(offsets: Uint32Array, first: number): number {
  const limit = (offsets[first] as number) + WINDOW_BYTES
  let end = first + 1
  while (end + 1 < offsets.length && (offsets[end + 1] as number) <= limit) end += 1
  return offsets[end] as number
}

function utf8Line(chunk: LineChunk, index: number): string {
  chunk.assertUtf8(index)
  return chunk.buffer.toString('utf8', chunk.offsets[index], chunk.offsets[index + 1])
}

function readDocument(chunk: LineChunk, index: number, text: string): JsonObject | undefined {
  const value = parse(text)
  if (hasKey(value)) return value
  const data = isObject(value) ? value['data'] : undefined
  if (hasKey(data) && isDocumentType((value as JsonObject)['type'])) return data
  return scanDocument(chunk, index)
}

/** The long way, for what is not plainly a document: it finds out what is wrong with the line. */
function scanDocument(chunk: LineChunk, index: number): JsonObject | undefined {
  const scanner = new DumpLineScanner()
  if (!chunk.scanLine(index, scanner) || scanner.isRemoval) return undefined
  const { documentStart, documentEnd } = scanner
  return JSON.parse(chunk.buffer.toString('utf8', documentStart, documentEnd)) as JsonObject
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function hasKey(value: unknown): value is JsonObject {
  if (!isObject(value)) return false
  const key = value['_key']
  return typeof key === 'string' && key !== ''
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

function isDocumentType(type: unknown): boolean {
  return type === undefined || type === 2300 || type === 2301
}
