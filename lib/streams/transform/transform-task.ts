import { DumpLineError, type LinePlace } from '../../wire/index.js'
import { EntryChunk } from '../entry-chunk.js'
import type { EntryChunkParts } from '../line-chunk.js'
import { TransformError, type TransformPlace } from '../transform-error.js'
import type { CollectionPath } from './collection-paths.js'
import type { TransformSetup } from './ready/registry.js'
import type { DeadLetter, TransformCounts, TransformOptions } from './transform-runner.js'

/** A chunk as it crosses threads: its bytes as a plain array instead of a Buffer. */
export type PlainChunk = Omit<EntryChunkParts, 'buffer'> & {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly offsets: Uint32Array<ArrayBuffer>
  readonly lineNumbers: Uint32Array<ArrayBuffer> | undefined
}

/** A dead letter as it crosses threads. */
export type PlainLetter = Omit<DeadLetter, 'line'> & { readonly line: Uint8Array }

/** What a thread is asked for: the transforms, which it loads once, and a part of a chunk. */
export interface TransformTask {
  readonly specs: readonly string[]
  readonly setup: TransformSetup
  readonly options: Pick<TransformOptions, 'onError' | 'numbers' | 'keys'>
  readonly chunk: PlainChunk
  readonly path: CollectionPath
  /** The ways of all collections that are known, for documents that are sent from one to another. */
  readonly known: readonly CollectionPath[]
  /** Grows with every way that gets known. */
  readonly knownVersion: number
}

/** Why an error was thrown, as it crosses threads. */
interface PlainCause {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
}

/** What a thread answers; the class of an error would not survive the crossing. */
export type TransformAnswer =
  | {
      readonly kind: 'done'
      /** `same` when nothing changed. */
      readonly chunks: readonly PlainChunk[] | 'same'
      readonly routed: readonly (readonly [string, readonly PlainChunk[]])[]
      readonly counts: TransformCounts
      /** Rules that matched nothing in this thread so far. */
      readonly unused: readonly string[]
      readonly letters: readonly PlainLetter[]
    }
  | { readonly kind: 'bad-line'; readonly reason: string; readonly place: LinePlace }
  | {
      readonly kind: 'failed'
      readonly reason: string
      readonly place: TransformPlace
      readonly cause: PlainCause | undefined
    }

/** Copies a chunk into memory of its own, which can move to another thread. */
export function toPlainChunk(chunk: EntryChunk): PlainChunk {
  const { firstLineNumber, byteOffset, source, lineNumbers } = chunk
  return {
    bytes: new Uint8Array(chunk.buffer),
    offsets: new Uint32Array(chunk.offsets),
    ...{ firstLineNumber, byteOffset, source },
    lineNumbers: lineNumbers === undefined ? undefined : new Uint32Array(lineNumbers),
  }
}

/** Makes a chunk of what came from another thread. */
export function fromPlainChunk({ bytes, ...parts }: PlainChunk): EntryChunk {
  return new EntryChunk({ ...parts, buffer: plainBytes(bytes) })
}

/** A Buffer over the same bytes. */
export function plainBytes(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What can move instead of being copied. */
export function buffersOf({ bytes, offsets, lineNumbers }: PlainChunk): ArrayBuffer[] {
  const buffers = [bytes.buffer, offsets.buffer]
  return lineNumbers === undefined ? buffers : [...buffers, lineNumbers.buffer]
}

/** What a thread says of an error; others than those of documents are thrown on. */
export function answerError(error: unknown): TransformAnswer {
  if (error instanceof DumpLineError) {
    const { reason, lineNumber, byteOffset, source } = error
    return { kind: 'bad-line', reason, place: { lineNumber, byteOffset, source } }
  }
  if (!(error instanceof TransformError)) throw error
  const { reason, transform, collection, key, lineNumber, byteOffset, source, cause } = error
  const place = { transform, collection, key, lineNumber, byteOffset, source }
  return { kind: 'failed', reason, place, cause: plainCause(cause) }
}

function plainCause(cause: unknown): PlainCause | undefined {
  if (cause === undefined) return undefined
  if (!(cause instanceof Error)) {
    const message = typeof cause === 'string' ? cause : 'no Error was thrown'
    return { name: typeof cause, message, stack: undefined }
  }
  return { name: cause.name, message: cause.message, stack: cause.stack }
}

/** The error that a thread told of. */
export function errorOf(answer: Exclude<TransformAnswer, { readonly kind: 'done' }>): Error {
  if (answer.kind === 'bad-line') return new DumpLineError(answer.reason, answer.place)
  const { reason, place, cause } = answer
  return new TransformError(reason, place, cause === undefined ? {} : { cause: causeOf(cause) })
}

function causeOf({ name, message, stack }: PlainCause): Error {
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
