import {
  buildTreeOfDump,
  type DumpedChunk,
  type DumpOptions,
  type InventoryOptions,
  type Snapshot,
  type SnapshotCollection,
  type SnapshotInventory,
} from '../../replica/index.js'
import { EntryChunk, LineRanges } from '../../streams/index.js'
import { decodeText, DumpLineScanner, type CollectionDefinition } from '../../wire/index.js'
import { edgeEndsOf } from './edge-ends.js'
import type { CollectionLines } from './collection-lines.js'
import type { ReachedDocuments } from './reached-documents.js'
import type { SubsetOptions } from './subset-options.js'

/** What a part of a snapshot is made of. */
export interface SubsetParts {
  readonly snapshot: Snapshot
  readonly edges: ReadonlySet<string>
  /** Collections that edges, or documents to begin at, name. */
  readonly named: ReadonlySet<string>
  readonly lines: CollectionLines
  readonly reached: ReachedDocuments
  readonly options: SubsetOptions
  readonly onWarning: (message: string) => void
  /** Removes what was put aside. */
  readonly release: () => Promise<void>
}

/** A part of a snapshot: documents that were reached, and the edges both of whose ends are kept. */
export class SubsetSnapshot implements Snapshot {
  readonly tick: Snapshot['tick']
  readonly serverId: Snapshot['serverId']
  readonly #parts: SubsetParts

  constructor(parts: SubsetParts) {
    this.#parts = parts
    this.tick = parts.snapshot.tick
    this.serverId = parts.snapshot.serverId
  }

  /** Nobody knows how many documents there will be. */
  async inventory(options?: InventoryOptions): Promise<SnapshotInventory> {
    const inventory = await this.#parts.snapshot.inventory(options)
    return { ...inventory, collections: inventory.collections.map(withoutCount) }
  }

  dump(definition: CollectionDefinition, options: DumpOptions = {}): AsyncIterable<DumpedChunk> {
    const { edges, named, lines, options: subset } = this.#parts
    if (edges.has(definition.name)) {
      return pickLines(lines.read(definition, options), this.#edgeTest())
    }
    const isWhole =
      definition.isSystem || (subset.keepOthers === true && !named.has(definition.name))
    if (isWhole) return lines.read(definition, options)
    return this.#documents(definition, options)
  }

  tree(
    definition: CollectionDefinition,
    options: Parameters<Snapshot['tree']>[1],
  ): ReturnType<Snapshot['tree']> {
    return buildTreeOfDump(definition, options, () => this.dump(definition, options))
  }

  async close(): Promise<void> {
    const { snapshot, release } = this.#parts
    await Promise.all([release(), snapshot.close()])
  }

  #edgeTest(): LineTest {
    const { reached } = this.#parts
    return (bytes, scanner) => {
      const ends = edgeEndsOf(bytes, scanner)
      return ends !== undefined && reached.has(ends.from) && reached.has(ends.to)
    }
  }

  async *#documents(
    definition: CollectionDefinition,
    options: DumpOptions,
  ): AsyncGenerator<DumpedChunk> {
    const { lines, reached, options: subset, onWarning } = this.#parts
    const { name } = definition
    const missing = new Set(
      typeof subset.start === 'function'
        ? []
        : subset.start.filter((id) => id.startsWith(`${name}/`)),
    )
    const test: LineTest = (bytes, scanner) => {
      const id = `${name}/${decodeText(bytes, scanner.keyStart, scanner.keyEnd)}`
      missing.delete(id)
      return reached.has(id)
    }
    yield* pickLines(lines.read(definition, options), test)
    for (const id of missing) onWarning(`there is no document "${id}" to begin the subset at`)
  }
}

type LineTest = (bytes: Buffer, scanner: DumpLineScanner) => boolean

/** The lines that pass the test. What was read for a chunk of which nothing stays counts for the next. */
async function* pickLines(
  source: AsyncIterable<DumpedChunk>,
  test: LineTest,
): AsyncGenerator<DumpedChunk> {
  const scanner = new DumpLineScanner()
  let unseenBytes = 0
  for await (const { chunk, readBytes } of source) {
    const kept = new LineRanges()
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (chunk.scanLine(index, scanner) && test(chunk.buffer, scanner)) kept.add(index)
    }
    unseenBytes += readBytes
    if (kept.lineCount === 0) continue
    const picked =
      kept.lineCount === chunk.lineCount ? chunk : new EntryChunk(chunk.pickParts(kept))
    yield { chunk: picked, readBytes: unseenBytes }
    unseenBytes = 0
  }
}

function withoutCount({ size, ...collection }: SnapshotCollection): SnapshotCollection {
  return { ...collection, size: { documents: undefined, bytes: size.bytes } }
}
