import type { EntryChunk, EntryChunkParts } from '../streams/index.js'
import { DumpLineError, type LinePlace } from '../wire/index.js'
import type { Checksum } from './checksum.js'

/** A chunk as it crosses threads: its bytes as a plain array instead of a Buffer. */
export type ChecksumTask = Omit<EntryChunkParts, 'buffer'> & {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly offsets: Uint32Array<ArrayBuffer>
}

/** The checksum, or which line was bad: the class of an error would not survive the crossing. */
export type ChecksumAnswer =
  | { readonly kind: 'checksum'; readonly checksum: Checksum }
  | { readonly kind: 'bad-line'; readonly reason: string; readonly place: LinePlace }

/** Copies a chunk into memory of its own, which can move to another thread. */
export function toChecksumTask(chunk: EntryChunk): ChecksumTask {
  const { firstLineNumber, byteOffset, source } = chunk
  const bytes = new Uint8Array(chunk.buffer)
  return { bytes, offsets: new Uint32Array(chunk.offsets), firstLineNumber, byteOffset, source }
}

/** @throws DumpLineError when the task met a bad line */
export function readChecksumAnswer(answer: ChecksumAnswer): Checksum {
  if (answer.kind === 'bad-line') throw new DumpLineError(answer.reason, answer.place)
  return answer.checksum
}
