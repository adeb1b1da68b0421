import type { DumpedChunk } from '../../replica/index.js'
import { readAhead } from '../../streams/index.js'
import type { DiffSide } from './document-matcher.js'

/** A chunk, and the side that it is of. */
export interface SideChunk {
  readonly side: DiffSide
  readonly dumped: DumpedChunk
}

/**
 * Reads two dumps at the same pace, lines counted, so that documents in the same order are never far
 * from their other side; a dump that is longer is read to its end alone. One chunk of each is read
 * ahead.
 *
 * @param a - closed at the end and on early return
 * @param b - as `a`
 */
export async function* readInStep(
  a: AsyncIterable<DumpedChunk>,
  b: AsyncIterable<DumpedChunk>,
): AsyncGenerator<SideChunk> {
  const readers = { a: createReader(a), b: createReader(b) }
  try {
    for (;;) {
      const side = behind(readers.a, readers.b)
      if (side === undefined) return
      const dumped = await readers[side].next()
      if (dumped !== undefined) yield { side, dumped }
    }
  } finally {
    await Promise.all([readers.a.close(), readers.b.close()])
  }
}

/** The side to read next; undefined when both have ended. */
function behind(a: Reader, b: Reader): DiffSide | undefined {
  if (!a.isOpen) return b.isOpen ? 'b' : undefined
  return !b.isOpen || a.lines <= b.lines ? 'a' : 'b'
}

/** A dump that is being read. */
interface Reader {
  readonly isOpen: boolean
  readonly lines: number
  next(): Promise<DumpedChunk | undefined>
  close(): Promise<void>
}

function createReader(source: AsyncIterable<DumpedChunk>): Reader {
  const chunks = readAhead(source)
  let isOpen = true
  let lines = 0
  return {
    get isOpen() {
      return isOpen
    },
    get lines() {
      return lines
    },
    async next() {
      const next = await chunks.next()
      if (next.done === true) {
        isOpen = false
        return undefined
      }
      lines += next.value.chunk.lineCount
      return next.value
    },
    close: async () => {
      await chunks.return(undefined)
    },
  }
}
