import { setImmediate } from 'node:timers/promises'
import { unlessAborted } from '../unless-aborted.js'

/** Bytes in blocks of any size. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Takes bytes in slices, then gives what they are. */
export interface ByteSink<Result> {
  write(bytes: Uint8Array): void
  end(): Result
}

/** The most that a sink gets at once: what it makes of its input is then bounded too. */
const SLICE_BYTES = 16 * 1024
/** Slices after which others get their turn, about 10 ms of JSON text. */
const SLICES_PER_TURN = 64

/**
 * Feeds a sink with all bytes of a source. The source is closed when the sink throws or `signal`
 * aborts, which ends the wait for a source that never answers too.
 *
 * @throws the reason of `signal`, what the source throws, what the sink throws
 */
export async function feedBytes<Result>(
  source: ByteSource,
  sink: ByteSink<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  signal?.throwIfAborted()
  const iterator = iterate(source)
  let sliceCount = 0
  try {
    for (;;) {
      const next = await nextOf(iterator, signal)
      if (next.done === true) break
      for (const slice of slices(next.value)) {
        sink.write(slice)
        sliceCount += 1
        if (sliceCount % SLICES_PER_TURN === 0) await setImmediate()
        signal?.throwIfAborted()
      }
    }
  } catch (error) {
    close(iterator)
    throw error
  }
  return sink.end()
}

function iterate(source: ByteSource): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

function nextOf(
  iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  const next = Promise.resolve(iterator.next())
  return signal === undefined ? next : unlessAborted(next, signal)
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    yield bytes.subarray(start, start + SLICE_BYTES)
  }
}

/** Not waited for: a source that is stuck would answer only after what it is stuck in. */
function close(iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>): void {
  Promise.resolve(iterator.return?.()).catch(() => undefined)
}
