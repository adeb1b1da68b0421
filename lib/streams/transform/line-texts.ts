import { isAscii, isUtf8 } from 'node:buffer'
import type { LineChunk } from '../line-chunk.js'

const NEWLINE = 0x0a
/** Bytes that are made a string at one time: few strings, yet small beside the young generation. */
const WINDOW_BYTES = 32 * 1024

/** The lines of a chunk as text, without their newlines; cheapest when they are asked for in order. */
export class LineTexts {
  readonly #chunk: LineChunk
  /** Text of the lines from `first` to before `end`; as one piece when it is ASCII. */
  #window = ''
  #windowStart = 0
  #first = 0
  #end = 0
  /** The lines of a window that is not ASCII; empty where each has to be looked at alone. */
  #lines: readonly string[] = []
  #isAscii = false

  constructor(chunk: LineChunk) {
    this.#chunk = chunk
  }

  /** @throws {@link DumpLineError} when the line is not UTF-8 */
  textOf(index: number): string {
    if (index >= this.#end || index < this.#first) this.#moveWindow(index)
    if (!this.#isAscii) return this.#lines[index - this.#first] ?? this.#decode(index)
    const { buffer, offsets } = this.#chunk
    const end = offsets[index + 1] as number
    const textEnd = buffer[end - 1] === NEWLINE ? end - 1 : end
    const start = (offsets[index] as number) - this.#windowStart
    return this.#window.substring(start, textEnd - this.#windowStart)
  }

  #moveWindow(index: number): void {
    const { buffer, offsets } = this.#chunk
    this.#first = index
    this.#end = endOfWindow(offsets, index)
    this.#windowStart = offsets[index] as number
    const bytes = buffer.subarray(this.#windowStart, offsets[this.#end])
    this.#isAscii = isAscii(bytes)
    if (this.#isAscii) this.#window = bytes.toString('latin1')
    else this.#lines = isUtf8(bytes) ? bytes.toString('utf8').split('\n') : []
  }

  #decode(index: number): string {
    this.#chunk.assertUtf8(index)
    const text = this.#chunk.lineBytes(index).toString('utf8')
    return text.endsWith('\n') ? text.slice(0, -1) : text
  }
}

/** The index behind the last line that fits into a window which begins with `first`. */
function endOfWindow(offsets: Uint32Array, first: number): number {
  const limit = (offsets[first] as number) + WINDOW_BYTES
  let end = first + 1
  while (end + 1 < offsets.length && (offsets[end + 1] as number) <= limit) end += 1
  return end
}
