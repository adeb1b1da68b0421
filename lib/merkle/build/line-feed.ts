import { LINE_BYTES_MAX } from '../../core/index.js'
import { REVISION_END } from '../../values/index.js'
import { dumpLineError, JsonSyntaxError } from '../../wire/index.js'
import { WORKSPACE_INPUT_BYTES, WORKSPACE_REVISIONS, type TreeWorkspace } from '../kernel/kernel.js'
import { readLineRevision, type LineRevision } from '../kernel/revision-scanner.js'
import { BadLine } from './bad-line.js'
import type { BuildCounters } from './build-counters.js'

const NEWLINE = 0x0a

/**
 * Turns bytes that come in any pieces into revisions in a workspace. Bytes are put into
 * {@link space}, {@link take} says how many, and {@link scan} reads the lines that are complete then.
 * A line that is longer than the workspace's input is gathered outside of it.
 */
export class LineFeed {
  /** Revisions in the workspace; whoever takes them out sets it to 0. */
  filled = 0
  readonly #workspace: TreeWorkspace
  readonly #counters: BuildCounters
  /** The bytes of the input that are not read yet. */
  #start = 0
  #end = 0
  /** Where the input's first byte is in its stream. */
  #position = 0
  /** The beginning of a line that is too long for the input. */
  #longLine: Buffer[] = []
  #longBytes = 0

  constructor(workspace: TreeWorkspace, counters: BuildCounters) {
    this.#workspace = workspace
    this.#counters = counters
  }

  /** Begins a new stream of bytes; its first byte is at `position`, for errors. */
  begin(position: number): void {
    this.#start = 0
    this.#end = 0
    this.#position = position
    this.#clearLongLine()
  }

  /** Where the next bytes go; never empty after {@link scan} has returned false. */
  get space(): Buffer {
    return this.#workspace.input.subarray(this.#end)
  }

  /** So many bytes were put into {@link space}. */
  take(bytes: number): void {
    this.#end += bytes
  }

  /**
   * Reads the lines that are complete.
   *
   * @returns true when the workspace is full of revisions: take them out and call it again
   * @throws BadLine when a line is not an entry, has no usable revision, or is too long
   */
  scan(): boolean {
    if (this.#isFull()) return true
    if (this.#longBytes > 0 && !this.#endLongLine()) return false
    while (!this.#isFull()) {
      if (!this.#scanLines()) {
        this.#keepRest()
        return false
      }
    }
    return true
  }

  /**
   * Reads the last line if it has no newline; call it when {@link scan} has returned false and no
   * byte is left to come.
   *
   * @returns as {@link scan}
   * @throws BadLine as {@link scan}
   */
  finish(): boolean {
    if (this.#isFull()) return true
    const rest = this.#workspace.input.subarray(this.#start, this.#end)
    const position = this.#position + this.#start - this.#longBytes
    const line = this.#longBytes > 0 ? Buffer.concat([...this.#longLine, rest]) : rest
    this.begin(this.#position + this.#end)
    this.#readLine(line, 0, line.length, position)
    return false
  }

  #isFull(): boolean {
    return this.filled === WORKSPACE_REVISIONS
  }

  /** Returns false when no complete line is left. */
  #scanLines(): boolean {
    const first = this.filled
    const start = this.#start
    const { stop, offset, lineEnd, filled } = this.#workspace.scanLines(start, this.#end, first)
    this.filled = filled
    this.#start = offset
    this.#checkRevisions(first, start)
    if (stop !== 'line') return stop === 'full'
    this.#readLine(this.#workspace.input, offset, lineEnd, this.#position + offset)
    this.#start = lineEnd + 1
    return true
  }

  /** Each of these revisions came from one line, the first of which begins at `start`. */
  #checkRevisions(first: number, start: number): void {
    if (first === this.filled) return
    const { input, revisions } = this.#workspace
    if (this.#workspace.bounds(first, this.filled).highest < REVISION_END) return
    let lineStart = start
    for (let index = first; (revisions[index] as bigint) < REVISION_END; index += 1) {
      lineStart = input.indexOf(NEWLINE, lineStart) + 1
    }
    // It refuses this line in its own words.
    const lineEnd = input.indexOf(NEWLINE, lineStart)
    this.#readLine(input, lineStart, lineEnd, this.#position + lineStart)
  }

  #readLine(bytes: Buffer, start: number, end: number, position: number): void {
    const revision = readRevision(bytes, start, end, position)
    if (revision === 'empty') return
    if (revision === 'removal') {
      this.#counters.addRemovals(1)
      return
    }
    this.#workspace.revisions[this.filled] = revision
    this.filled += 1
  }

  /** Makes room behind the beginning of a line. */
  #keepRest(): void {
    const { input } = this.#workspace
    const restBytes = this.#end - this.#start
    if (restBytes === WORKSPACE_INPUT_BYTES) {
      this.#keepLongLine()
      return
    }
    if (this.#start > 0) input.copyWithin(0, this.#start, this.#end)
    this.#position += this.#start
    this.#start = 0
    this.#end = restBytes
  }

  /** Puts what there is of a long line aside. */
  #keepLongLine(): void {
    const piece = Buffer.from(this.#workspace.input.subarray(this.#start, this.#end))
    this.#position += this.#end
    this.#start = 0
    this.#end = 0
    this.#longLine.push(piece)
    this.#longBytes += piece.length
    this.#checkLongLine(0)
  }

  /** Returns false when the long line does not end in the input. */
  #endLongLine(): boolean {
    const { input } = this.#workspace
    const newline = input.indexOf(NEWLINE, this.#start)
    if (newline < 0 || newline >= this.#end) {
      this.#keepLongLine()
      return false
    }
    const rest = input.subarray(this.#start, newline)
    this.#checkLongLine(rest.length)
    const line = Buffer.concat([...this.#longLine, rest])
    const position = this.#position + this.#start - this.#longBytes
    this.#start = newline + 1
    this.#clearLongLine()
    this.#readLine(line, 0, line.length, position)
    return true
  }

  #checkLongLine(restBytes: number): void {
    if (this.#longBytes + restBytes <= LINE_BYTES_MAX) return
    const position = this.#position + this.#start - this.#longBytes
    throw new BadLine(`it is longer than ${LINE_BYTES_MAX} bytes`, position, true)
  }

  #clearLongLine(): void {
    this.#longLine = []
    this.#longBytes = 0
  }
}

function readRevision(bytes: Buffer, start: number, end: number, position: number): LineRevision {
  try {
    return readLineRevision(bytes, start, end)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new BadLine(dumpLineError(error, start, { lineNumber: 1 }).reason, position)
  }
}
