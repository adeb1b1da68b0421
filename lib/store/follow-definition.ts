import { ERROR_NUMBER, type DefinitionMarker, type EndMarker, type Marker } from '../wire/index.js'
import {
  followChangeCollection,
  followCreateCollection,
  followCreateIndex,
  followDropCollection,
  followDropIndex,
  followRename,
  followTruncate,
  type FollowPlace,
} from './follow-collections.js'
import { followCreateDatabase, followDropDatabase } from './follow-databases.js'
import { FollowRefusal } from './follow-refusal.js'
import { followChangeView, followCreateView, followDropView } from './follow-views.js'
import type { WriteTransaction } from './write-transaction.js'

/** What a definition did. */
interface AppliedDefinition {
  /** 1 when something was made, changed or dropped. */
  readonly definitions: number
  /** Documents that a truncate has removed. */
  readonly removals: number
}

/** Where a definition is applied, and amid what. */
interface DefinitionPlace {
  readonly transaction: WriteTransaction
  /** Databases are made and dropped, too. */
  readonly isGlobal: boolean
  readonly isInTransaction: boolean
  /** Finds the marker's database; throws a FollowRefusal when there is no such one. */
  readonly databaseId: () => number
}

type Follow<Kind extends Marker> = (place: FollowPlace, marker: Kind) => boolean

const DEFINITIONS: Readonly<Record<DefinitionMarker['kind'], Follow<DefinitionMarker>>> = {
  'create-collection': followCreateCollection,
  'rename-collection': followRename,
  'change-collection': followChangeCollection,
  'create-index': followCreateIndex,
  'drop-index': followDropIndex,
  'create-view': followCreateView,
  'change-view': followChangeView,
}

/**
 * Applies a marker that is not of a document (client notes, 3.4).
 *
 * @throws FollowRefusal when it cannot be applied; errors of the store
 */
export function applyDefinition(place: DefinitionPlace, marker: Marker): AppliedDefinition {
  if (marker.kind === 'create-database') {
    return changed(place.isGlobal && followCreateDatabase(place.transaction, marker))
  }
  if (marker.kind === 'drop-database') {
    return changed(place.isGlobal && followDropDatabase(place.transaction, marker.databaseName))
  }
  if (isEnd(marker)) return applyEnd(place, marker)
  if (isDefinition(marker)) return changed(DEFINITIONS[marker.kind](placeOf(place), marker))
  throw refused(marker)
}

function isDefinition(marker: Marker): marker is DefinitionMarker {
  return Object.hasOwn(DEFINITIONS, marker.kind)
}

function isEnd(marker: Marker): marker is EndMarker {
  const { kind } = marker
  return kind === 'drop-collection' || kind === 'truncate-collection' || kind === 'drop-view'
}

function applyEnd(place: DefinitionPlace, marker: EndMarker): AppliedDefinition {
  if (marker.kind !== 'truncate-collection') {
    const follow = marker.kind === 'drop-view' ? followDropView : followDropCollection
    return changed(follow(placeOf(place), marker))
  }
  if (place.isInTransaction) {
    const reason = 'a collection is not truncated inside a transaction'
    throw new FollowRefusal(reason, ERROR_NUMBER.unexpectedTransaction)
  }
  return { definitions: 0, removals: followTruncate(placeOf(place), marker) }
}

function placeOf({ transaction, databaseId }: DefinitionPlace): FollowPlace {
  return { transaction, databaseId: databaseId() }
}

function refused({ kind }: Marker): FollowRefusal {
  return kind === 'unknown'
    ? new FollowRefusal('its type is not known', ERROR_NUMBER.unexpectedMarker)
    : new FollowRefusal(`it is not to be in a group (${kind})`, ERROR_NUMBER.unexpectedTransaction)
}

function changed(isChanged: boolean): AppliedDefinition {
  return { definitions: isChanged ? 1 : 0, removals: 0 }
}
