import { joinLanes, tick } from '../values/index.js'
import {
  formatMarkerFrame,
  isReplicated,
  MARKER_TYPE,
  NO_TRANSACTION,
  type MarkerFrame,
  type MarkerType,
} from '../wire/index.js'
import type { LogNames, LoggedObject } from './log-names.js'
import type { LogRow } from './log-scan.js'
import type { LogSelection } from './store-snapshot.js'
import { belowBillionOf, billionsOf, NINE_DIGITS, writeNineDigits } from './u64-text.js'

const TICK_START = '{"tick":"'
const OBJECT_TYPE_MIN = MARKER_TYPE.createCollection
const TRANSACTION_TYPES: ReadonlySet<number> = new Set([
  MARKER_TYPE.begin,
  MARKER_TYPE.commit,
  MARKER_TYPE.abort,
])
const OPERATION_TYPES: ReadonlySet<number> = new Set([MARKER_TYPE.document, MARKER_TYPE.removal])

/** The lines of markers that differ only in tick and data. The texts around those stand ready. */
export class LogPattern {
  /** From the line's start to its data. */
  front: Buffer = Buffer.alloc(0)
  /** From the data to the line's end. */
  readonly back: Buffer
  readonly #afterTick: string
  /** The tick in {@link front} without its last nine digits. */
  #billions = 0
  #digitsAt = 0

  /** @param head - of the frame of any tick */
  constructor(head: string, tail: string) {
    this.#afterTick = head.slice(head.indexOf('"', TICK_START.length))
    this.back = Buffer.from(tail)
  }

  /** Puts a tick into {@link front}; most follow one that differs in the last digits only. */
  setTick(high: number, low: number): void {
    const billions = billionsOf(high, low)
    if (billions === 0 || billions !== this.#billions) {
      this.#billions = billions
      const text = joinLanes({ high, low }).toString()
      this.front = Buffer.from(TICK_START + text + this.#afterTick)
      this.#digitsAt = TICK_START.length + text.length - NINE_DIGITS
    } else {
      writeNineDigits(this.front, this.#digitsAt, belowBillionOf(low, billions))
    }
  }
}

/** Patterns by type, then by object. */
type KeptPatterns = Map<number, Map<number, LogPattern | undefined>>

/**
 * Finds the pattern of each marker of a scan. Those of operations that stand alone are kept, and
 * those of the transaction that is being read.
 */
export class LogPatterns {
  readonly #names: LogNames
  readonly #selection: LogSelection
  readonly #kept: KeptPatterns = new Map()
  readonly #keptInside: KeptPatterns = new Map()
  #transactionHigh = 0
  #transactionLow = 0

  constructor(names: LogNames, selection: LogSelection) {
    this.#names = names
    this.#selection = selection
  }

  /** The pattern of a marker; undefined when nobody wants it. */
  find(row: LogRow): LogPattern | undefined {
    if (row.objectId === 0) return this.#make(row)
    const kept = row.hasTransaction ? this.#keptOf(row) : this.#kept
    let ofType = kept.get(row.type)
    if (ofType === undefined) {
      ofType = new Map()
      kept.set(row.type, ofType)
    }
    // Ids of collections and views are of the whole store, so that of the database need not be told.
    if (!ofType.has(row.objectId)) ofType.set(row.objectId, this.#make(row))
    return ofType.get(row.objectId)
  }

  #keptOf({ transactionHigh, transactionLow }: LogRow): KeptPatterns {
    if (this.#transactionHigh !== transactionHigh || this.#transactionLow !== transactionLow) {
      this.#transactionHigh = transactionHigh
      this.#transactionLow = transactionLow
      this.#keptInside.clear()
    }
    return this.#keptInside
  }

  #make(row: LogRow): LogPattern | undefined {
    const { form, databaseId } = this.#selection
    if (databaseId !== undefined && databaseId !== row.databaseId) return undefined
    const object = row.objectId === 0 ? undefined : this.#names.object(row.objectId)
    if (!this.#isWanted(row, object)) return undefined
    const data = form === 'logger' ? loggerData(row) : undefined
    const hasData = row.dataEnd > row.dataStart || data !== undefined
    const { head, tail } = formatMarkerFrame(this.#frameOf(row, object), form, hasData)
    return new LogPattern(head + (data ?? ''), tail)
  }

  #isWanted({ type, objectId }: LogRow, object: LoggedObject | undefined): boolean {
    const { databaseId, collectionId, system } = this.#selection
    if (TRANSACTION_TYPES.has(type)) return true
    // Only a follower of all databases can make and drop them.
    if (type < OBJECT_TYPE_MIN) return databaseId === undefined
    if (collectionId !== undefined && collectionId !== objectId) return false
    return object !== undefined && isReplicated(object.name, system)
  }

  #frameOf(row: LogRow, object: LoggedObject | undefined): MarkerFrame {
    const { databaseId, objectId, type } = row
    const transactionId = { high: row.transactionHigh, low: row.transactionLow }
    const hasTransactionId = TRANSACTION_TYPES.has(type) || OPERATION_TYPES.has(type)
    return {
      tick: NO_TRANSACTION,
      // The log holds what this store wrote.
      type: type as MarkerType,
      databaseName: this.#names.databaseName(databaseId),
      databaseId: String(databaseId),
      globallyUniqueId: object?.guid,
      collectionId: object && String(objectId),
      collectionName: type === MARKER_TYPE.dropCollection ? undefined : object?.name,
      transactionId: hasTransactionId ? tick(joinLanes(transactionId)) : undefined,
    }
  }
}

/** What the form `logger` says of a dropped collection: its name is gone (recorded answers). */
function loggerData({ type, objectId }: LogRow): string | undefined {
  if (type !== MARKER_TYPE.dropCollection) return undefined
  return JSON.stringify({ id: String(objectId), name: '' })
}
