import { isAscii } from 'node:buffer'
import { DumpLineScanner, type JsonObject } from '../wire/index.js'
import type { EntryChunk } from './entry-chunk.js'

/** Bytes that are made a string at one time: small enough for V8's young generation. */
const WINDOW_BYTES = 16 * 1024

/**
 * Parses the documents of a chunk one at a time; removals and blank lines are left out. The fastest
 * way to objects: lines are cut out of larger pieces of text. Numbers that JavaScript cannot hold
 * lose digits, and of a repeated attribute the last counts.
 *
 * @throws {@link DumpLineError} when a line is not an entry
 */
export function* parseDocuments(chunk: EntryChunk): Generator<JsonObject> {
  const { buffer, offsets, lineCount } = chunk
  let window = ''
  let windowStart = 0
  let windowEnd = 0
  let isWindowAscii = false
  for (let index = 0; index < lineCount; index += 1) {
    const start = offsets[index] as number
    const end = offsets[index + 1] as number
    if (end > windowEnd) {
      windowStart = start
      windowEnd = endOfWindow(offsets, index)
      isWindowAscii = isAscii(buffer.subarray(windowStart, windowEnd))
      window = isWindowAscii ? buffer.toString('latin1', windowStart, windowEnd) : ''
    }
    const text = isWindowAscii
      ? window.substring(start - windowStart, end - windowStart)
      : utf8Line(chunk, index)
    const document = readDocument(chunk, index, text)
    if (document !== undefined) yield document
  }
}

/** The end of the last line that fits into a window that begins with `first`. */
function endOfWindow(offsets: Uint32Array, first: number): number {
  const limit = (offsets[first] as number) + WINDOW_BYTES
  let end = first + 1
  while (end + 1 < offsets.length && (offsets[end + 1] as number) <= limit) end += 1
  return offsets[end] as number
}

function utf8Line(chunk: EntryChunk, index: number): string {
  chunk.assertUtf8(index)
  return chunk.buffer.toString('utf8', chunk.offsets[index], chunk.offsets[index + 1])
}

function readDocument(chunk: EntryChunk, index: number, text: string): JsonObject | undefined {
  const value = parse(text)
  if (hasKey(value)) return value
  const data = isObject(value) ? value['data'] : undefined
  if (hasKey(data) && isDocumentType((value as JsonObject)['type'])) return data
  return scanDocument(chunk, index)
}

/** The long way, for what is not plainly a document: it finds out what is wrong with the line. */
function scanDocument(chunk: EntryChunk, index: number): JsonObject | undefined {
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
