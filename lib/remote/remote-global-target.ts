import { sortDatabases, type GlobalTarget, type Target } from '../replica/index.js'
import { asArray, asText, attribute, ERROR_NUMBER, read } from '../wire/index.js'
import { parseOr1401 } from './parse-or-1401.js'
import { dropCollection, truncateCollection } from './target-catalog.js'
import { ask, askOr, type TargetPlace } from './target-place.js'

const DATABASES_PATH = '/_api/database'

/** What a {@link RemoteGlobalTarget} works with. */
export interface RemoteGlobalParts {
  /** Where requests to one database go. */
  readonly placeOf: (database: string) => TargetPlace
  /** Makes a target of a database, which makes the database when a copy begins. */
  readonly open: (database: string) => Target
}

/** All databases of a server as targets. How far a copy of all is, it has no place for. */
export class RemoteGlobalTarget implements GlobalTarget {
  readonly #parts: RemoteGlobalParts

  constructor(parts: RemoteGlobalParts) {
    this.#parts = parts
  }

  /** @throws RemoteError */
  async databases(): Promise<readonly string[]> {
    const place = this.#parts.placeOf('_system')
    const task = 'list the databases'
    const answer = await ask(place, { task, method: 'GET', path: DATABASES_PATH })
    return parseOr1401({ task, address: place.connection.address }, () => {
      const names = asArray(attribute(read(answer, 'a list of databases'), 'result'))
      return sortDatabases(names.map(asText))
    })
  }

  target(database: string): Target {
    return this.#parts.open(database)
  }

  async dropDatabase(database: string): Promise<void> {
    const path = `${DATABASES_PATH}/${encodeURIComponent(database)}`
    const task = `drop database "${database}"`
    const place = this.#parts.placeOf('_system')
    await askOr(place, { task, method: 'DELETE', path }, ERROR_NUMBER.databaseNotFound)
  }

  async dropCollection(database: string, name: string): Promise<void> {
    const place = this.#parts.placeOf(database)
    if (name.startsWith('_')) await truncateCollection(place, name)
    else await dropCollection(place, name)
  }

  async dropView(database: string, name: string): Promise<void> {
    const path = `/_api/view/${encodeURIComponent(name)}`
    const place = this.#parts.placeOf(database)
    const task = `drop view "${name}"`
    await askOr(place, { task, method: 'DELETE', path }, ERROR_NUMBER.collectionNotFound)
  }

  unfinishedCopy(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  noteCopy(): Promise<void> {
    return Promise.resolve()
  }
}
