import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { CHUNK_BYTES } from '../../core/index.js'
import type { DumpedChunk, DumpOptions, OperationOptions, Snapshot } from '../../replica/index.js'
import { chunkLines } from '../../streams/index.js'
import type { Scratch } from '../../store/index.js'
import type { CollectionDefinition } from '../../wire/index.js'

const NEWLINE = 0x0a

/** Reads collections again and again. */
export interface CollectionLines {
  /** To be called, once, for a collection that is going to be read more than once. */
  prepare(definition: CollectionDefinition, options: OperationOptions): Promise<void>
  read(definition: CollectionDefinition, options: DumpOptions): AsyncIterable<DumpedChunk>
}

/** Collections of a snapshot that gives a collection as often as it is asked for. */
export function readAgain(snapshot: Snapshot): CollectionLines {
  return {
    prepare: () => Promise.resolve(),
    read: (definition, options) => snapshot.dump(definition, options),
  }
}

/**
 * Collections of a snapshot that gives each of them once, as a server does, which keeps its position:
 * their lines are put aside into files beside a scratch index, and go with it.
 */
export function putAside(snapshot: Snapshot, scratch: Scratch): CollectionLines {
  const files = new Map<string, string>()
  return {
    async prepare(definition, options) {
      const path = join(scratch.path, `lines-${files.size}`)
      files.set(definition.name, path)
      const file = await open(path, 'wx', 0o600)
      try {
        for await (const { chunk } of snapshot.dump(definition, options)) {
          await file.writeFile(chunk.buffer)
          // Each answer of a server ends for itself.
          if (chunk.buffer.at(-1) !== NEWLINE) await file.writeFile('\n')
        }
      } finally {
        await file.close()
      }
    },
    read(definition, options) {
      const path = files.get(definition.name)
      return path === undefined ? snapshot.dump(definition, options) : readFileLines(path, options)
    },
  }
}

async function* readFileLines(
  path: string,
  { maxInFlightBytes = CHUNK_BYTES, signal }: DumpOptions,
): AsyncGenerator<DumpedChunk> {
  const highWaterMark = Math.min(CHUNK_BYTES, maxInFlightBytes)
  const blocks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark, signal })
  for await (const chunk of chunkLines(blocks)) yield { chunk, readBytes: chunk.buffer.length }
}
