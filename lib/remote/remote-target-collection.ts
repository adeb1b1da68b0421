import type {
  OperationOptions,
  TargetCollection,
  TargetRepair,
  TriedWrite,
  WriteResult,
} from '../replica/index.js'
import { NOTHING_WRITTEN } from '../replica/index.js'
import { EntryChunk, LineRanges } from '../streams/index.js'
import type { CollectionDefinition, JsonObject } from '../wire/index.js'
import type { BatchSessions } from './batch-sessions.js'
import { fetchDocuments } from './fetch-documents.js'
import {
  changeCollection,
  createIndex,
  findCollection,
  truncateCollection,
} from './target-catalog.js'
import { isLateIndex } from './target-definition.js'
import type { TargetPlace } from './target-place.js'
import { RemoteDocuments, type RevisedKey } from './write-documents.js'

/** A collection of a server that is being filled. */
export class RemoteTargetCollection implements TargetCollection {
  protected readonly place: TargetPlace
  protected readonly documents: RemoteDocuments
  readonly #name: string

  constructor(place: TargetPlace, name: string) {
    this.place = place
    this.documents = new RemoteDocuments(place, name)
    this.#name = name
  }

  /** When it resolves the server has acknowledged every entry. */
  write(chunk: EntryChunk): Promise<WriteResult> {
    return this.documents.write(chunk)
  }

  /** The others were made with the collection, as arangorestore makes them (client notes, 4.5). */
  async createIndexes(indexes: readonly JsonObject[]): Promise<void> {
    for (const index of indexes.filter(isLateIndex)) {
      await createIndex(this.place, this.#name, index)
    }
  }
}

/** A collection of a server that is made equal to another one. */
export class RemoteTargetRepair extends RemoteTargetCollection implements TargetRepair {
  readonly definition: CollectionDefinition
  readonly #sessions: BatchSessions

  constructor(place: TargetPlace, sessions: BatchSessions, definition: CollectionDefinition) {
    super(place, definition.name)
    this.definition = definition
    this.#sessions = sessions
  }

  override async createIndexes(indexes: readonly JsonObject[]): Promise<void> {
    for (const index of indexes) await createIndex(this.place, this.definition.name, index)
  }

  async tryWrite(chunk: EntryChunk): Promise<TriedWrite> {
    const { result, refusedLines } = await this.documents.writeWhereFree(chunk)
    if (refusedLines.length === 0) return { result, refused: undefined }
    const ranges = new LineRanges()
    for (const line of refusedLines) ranges.add(line)
    return { result, refused: new EntryChunk(chunk.pickParts(ranges)) }
  }

  /** Looks at the collection anew: it may have been changed since it was opened. */
  async change(wanted: CollectionDefinition): Promise<boolean> {
    const there = await findCollection(this.place, this.definition.name)
    return changeCollection(this.place, there ?? this.definition, wanted)
  }

  /**
   * A server removes by key, so the documents are read first. One that was changed meanwhile has
   * another revision, and stays.
   */
  async removeRevisions(
    revisions: BigUint64Array,
    { signal = this.place.signal }: OperationOptions = {},
  ): Promise<WriteResult> {
    const session = await this.#sessions.open(signal)
    let removals = 0
    try {
      for await (const { chunk } of fetchDocuments(session, this.definition, [revisions], {
        signal,
      })) {
        removals += await this.documents.remove(keysOf(chunk))
      }
    } finally {
      await session.close()
    }
    return { ...NOTHING_WRITTEN, removals }
  }

  removeKeys(keys: readonly string[]): Promise<number> {
    return this.documents.remove(keys)
  }

  async truncate(): Promise<void> {
    await truncateCollection(this.place, this.definition.name)
  }
}

function keysOf(chunk: EntryChunk): RevisedKey[] {
  return Array.from(chunk.lines(), (entry) => {
    return { key: entry.read().key, revision: entry.revisionText ?? '' }
  })
}
