import {
  NOTHING_WRITTEN,
  type OperationOptions,
  type Snapshot,
  type TargetCollection,
  type TargetCopy,
  type TargetRepair,
  type WriteResult,
} from '../replica/index.js'
import { ERROR_NUMBER, type CollectionDefinition, type ViewDefinition } from '../wire/index.js'
import type { BatchSessions } from './batch-sessions.js'
import { RemoteStatusError } from './remote-error.js'
import { RemoteTargetCollection, RemoteTargetRepair } from './remote-target-collection.js'
import {
  changeCollection,
  createCollection,
  createIndex,
  dropCollection,
  findCollection,
  truncateCollection,
} from './target-catalog.js'
import { isLateIndex } from './target-definition.js'
import type { TargetPlace } from './target-place.js'
import { openTargetSnapshot } from './target-snapshot.js'
import { replaceView } from './target-views.js'

/** Holds who may log in: a copy would lock out whoever is writing. */
const USERS = '_users'

/** A copy on its way into a server. Collections go by their names alone. */
export class RemoteTargetCopy implements TargetCopy {
  readonly #place: TargetPlace
  readonly #sessions: BatchSessions

  constructor(place: TargetPlace, sessions: BatchSessions) {
    this.#place = place
    this.#sessions = sessions
  }

  async replaceCollection(definition: CollectionDefinition): Promise<TargetCollection> {
    const { name, isSystem } = definition
    if (name === USERS) return this.#leaveUsers()
    if (isSystem) await this.#emptySystemCollection(definition)
    else await this.#makeAnew(definition)
    return new RemoteTargetCollection(this.#place, name)
  }

  async openCollection(definition: CollectionDefinition): Promise<TargetRepair | undefined> {
    if (definition.name === USERS) return undefined
    const there = await findCollection(this.#place, definition.name)
    if (there?.type !== definition.type) return undefined
    return new RemoteTargetRepair(this.#place, this.#sessions, there)
  }

  async fillCollection(name: string): Promise<TargetCollection | undefined> {
    const there = await findCollection(this.#place, name)
    return there && new RemoteTargetCollection(this.#place, name)
  }

  async dropCollection(name: string): Promise<void> {
    if (name.startsWith('_')) await truncateCollection(this.#place, name)
    else await dropCollection(this.#place, name)
  }

  async openSnapshot({ signal = this.#place.signal }: OperationOptions = {}): Promise<Snapshot> {
    return openTargetSnapshot(await this.#sessions.open(signal))
  }

  replaceView(view: ViewDefinition): Promise<void> {
    return replaceView(this.#place, view)
  }

  /** A server has no place for a mark, nor for a position in the log of another one. */
  finish(): Promise<void> {
    return Promise.resolve()
  }

  async #emptySystemCollection(definition: CollectionDefinition): Promise<void> {
    if (!(await truncateCollection(this.#place, definition.name))) {
      await createCollection(this.#place, definition)
    }
    await this.#match(definition)
  }

  /** A lost answer leaves a collection that the same request then finds in its way: it is taken. */
  async #makeAnew(definition: CollectionDefinition): Promise<void> {
    await dropCollection(this.#place, definition.name)
    try {
      await createCollection(this.#place, definition)
      for (const index of definition.indexes) {
        if (!isLateIndex(index)) await createIndex(this.#place, definition.name, index)
      }
    } catch (error) {
      if (!isNameTaken(error) || !(await truncateCollection(this.#place, definition.name))) {
        throw error
      }
      await this.#match(definition)
    }
  }

  async #match(definition: CollectionDefinition): Promise<void> {
    const indexes = definition.indexes.filter((index) => !isLateIndex(index))
    const there = await findCollection(this.#place, definition.name)
    if (there?.type === definition.type) {
      await changeCollection(this.#place, there, { ...definition, indexes })
    }
  }

  #leaveUsers(): TargetCollection {
    const { address, onNotice } = this.#place.connection
    const message = `collection "${USERS}" stays as it is at ${address}: it says who may log in there`
    onNotice({ kind: 'warning', message })
    return UNTOUCHED
  }
}

const UNTOUCHED: TargetCollection = {
  write: (): Promise<WriteResult> => Promise.resolve(NOTHING_WRITTEN),
  createIndexes: () => Promise.resolve(),
}

function isNameTaken(error: unknown): boolean {
  return error instanceof RemoteStatusError && error.errorNum === ERROR_NUMBER.duplicateName
}
