import type { CollectionInfo, CollectionPlan, TransformRunner } from '../../streams/index.js'
import { infoOf } from '../transform/transform-definition.js'
import type { LoggedDefinitions } from './logged-definitions.js'
import type { ChangeEvent, ChangeKind } from './tail-item.js'

/** What transforms make of the collection of a change. */
export interface PlannedChange {
  readonly info: CollectionInfo
  /** Undefined when the collection is left out. */
  readonly plan: CollectionPlan | undefined
}

/** Kinds of changes that are about no collection. */
const OTHERS: ReadonlySet<ChangeKind> = new Set([
  'create-database',
  'drop-database',
  'create-view',
  'change-view',
  'drop-view',
  'unknown',
])

/** Asks transforms about the collections of a log, once for each of them and each name of it. */
export class PlannedChanges {
  readonly #runner: TransformRunner
  readonly #definitions: LoggedDefinitions
  readonly #planned = new Map<string, PlannedChange>()

  constructor(runner: TransformRunner, definitions: LoggedDefinitions) {
    this.#runner = runner
    this.#definitions = definitions
  }

  /** @returns undefined where the change is about no collection, or about one that nobody has named */
  of(event: ChangeEvent): PlannedChange | undefined {
    const { kind, database, globallyUniqueId, collection } = event
    if (OTHERS.has(kind) || collection === undefined) return undefined
    const learned = this.#definitions.learn(event)
    const place = JSON.stringify([database, globallyUniqueId, collection])
    const known = learned === undefined ? this.#planned.get(place) : undefined
    if (known !== undefined) return known
    const info = this.#infoOf(event, collection)
    const planned = { info, plan: this.#runner.plan(info) }
    this.#planned.set(place, planned)
    return planned
  }

  #infoOf(event: ChangeEvent, name: string): CollectionInfo {
    const definition = this.#definitions.of(event)
    const { database } = event
    if (definition !== undefined) return { ...infoOf(definition, database), name }
    const type = isEdge(event.document) ? 'edge' : 'document'
    return { database, name, type, isSystem: name.startsWith('_'), parameters: {}, indexes: [] }
  }
}

/** Of a collection that is no more nobody tells the type, but documents do. */
function isEdge(document: Buffer | undefined): boolean {
  if (document === undefined) return false
  const { _from, _to } = JSON.parse(document.toString()) as Readonly<Record<string, unknown>>
  return typeof _from === 'string' && typeof _to === 'string'
}
