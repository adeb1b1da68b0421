import type { OperationOptions, Snapshot, Source } from '../../replica/index.js'
import { parseExactJson } from '../../streams/index.js'
import {
  parseCollectionDefinition,
  WireFormatError,
  type CollectionDefinition,
  type JsonObject,
} from '../../wire/index.js'
import type { ChangeEvent } from './tail-item.js'

/** Definitions of the collections of a log, by globallyUniqueId; learns of those that are made. */
export class LoggedDefinitions {
  readonly #definitions = new Map<string, CollectionDefinition>()

  /**
   * Reads the definitions of a source as they are now.
   *
   * @param isGlobal - of all its databases
   */
  static async read(
    source: Source,
    isGlobal: boolean,
    options: OperationOptions = {},
  ): Promise<LoggedDefinitions> {
    const found = new LoggedDefinitions()
    if (!isGlobal || source.openGlobalSnapshot === undefined) {
      await found.#take(source, options)
      return found
    }
    const all = await source.openGlobalSnapshot(options)
    try {
      for (const database of all.databases) await found.#take(all.source(database), options)
    } finally {
      await all.close()
    }
    return found
  }

  /** The definition of the collection that a change is about; undefined where nobody has told it. */
  of({ database, globallyUniqueId }: ChangeEvent): CollectionDefinition | undefined {
    return this.#definitions.get(keyOf(database, globallyUniqueId))
  }

  /** Learns from a change that makes a collection; of another one nothing is learned. */
  learn(event: ChangeEvent): CollectionDefinition | undefined {
    const { kind, database, globallyUniqueId, document } = event
    if (kind !== 'create-collection' || document === undefined) return undefined
    try {
      const parameters = parseExactJson(document.toString()) as JsonObject
      const what = 'a marker that makes a collection'
      const definition = parseCollectionDefinition({ parameters, indexes: [] }, what)
      this.#definitions.set(keyOf(database, globallyUniqueId), definition)
      return definition
    } catch (error) {
      // What tells no more than a name is nothing that transforms could be told.
      if (error instanceof WireFormatError) return undefined
      throw error
    }
  }

  async #take(source: Source, options: OperationOptions): Promise<void> {
    const snapshot: Snapshot = await source.openSnapshot(options)
    try {
      const { collections } = await snapshot.inventory(options)
      for (const { definition } of collections) {
        const { globallyUniqueId } = definition
        if (globallyUniqueId === undefined) continue
        this.#definitions.set(keyOf(source.database, globallyUniqueId), definition)
      }
    } finally {
      await snapshot.close()
    }
  }
}

function keyOf(database: string | undefined, globallyUniqueId: string | undefined): string {
  return JSON.stringify([database, globallyUniqueId])
}
