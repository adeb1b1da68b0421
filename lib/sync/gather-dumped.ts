import type { DumpedChunk } from '../replica/index.js'
import { isFollowedBy, joinChunks } from '../streams/index.js'

/**
 * Joins small chunks that follow each other until they hold `bytes`, since every write into a target
 * waits for its disk. A chunk of that size passes as it is. What came before the source failed is
 * given before its error.
 */
export async function* gatherDumped(
  source: AsyncIterable<DumpedChunk>,
  bytes: number,
): AsyncGenerator<DumpedChunk> {
  const gathering = new Gathering()
  try {
    for await (const dumped of source) {
      if (!gathering.isFollowedBy(dumped)) yield* gathering.take()
      gathering.add(dumped)
      if (gathering.bytes >= bytes) yield* gathering.take()
    }
  } catch (error) {
    yield* gathering.take()
    throw error
  }
  yield* gathering.take()
}

class Gathering {
  #parts: DumpedChunk[] = []

  get bytes(): number {
    return this.#parts.reduce((sum, { chunk }) => sum + chunk.buffer.length, 0)
  }

  isFollowedBy({ chunk }: DumpedChunk): boolean {
    const last = this.#parts.at(-1)
    return last === undefined || isFollowedBy(last.chunk, chunk)
  }

  add(dumped: DumpedChunk): void {
    this.#parts.push(dumped)
  }

  /** Gives what was gathered as one chunk, and begins anew; nothing when there is nothing. */
  *take(): Generator<DumpedChunk> {
    const parts = this.#parts
    this.#parts = []
    const [first, ...rest] = parts.map(({ chunk }) => chunk)
    if (first === undefined) return
    const readBytes = parts.reduce((sum, part) => sum + part.readBytes, 0)
    const isApart = parts.every((part) => part.isApart === true)
    yield { chunk: joinChunks([first, ...rest]), readBytes, ...(isApart ? { isApart } : {}) }
  }
}
