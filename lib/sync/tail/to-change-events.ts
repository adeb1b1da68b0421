import type { OperatorFunction } from 'rxjs'
import { IN_FLIGHT_BYTES_MAX } from '../../core/index.js'
import type { LogPosition } from '../../replica/index.js'
import { MarkerHeadScanner, UnknownMarkerError } from '../../wire/index.js'
import { changeKindOf } from './change-kind.js'
import { CopyOverlay } from './copy-overlay.js'
import { expandHeld } from './expand-held.js'
import type { CopiedCollection, LocalCopy } from './local-copy.js'
import { LogChange } from './log-change.js'
import type { ChangeEvent, ChangeKind, TailGroup } from './tail-item.js'

/** What {@link toChangeEvents} tells. */
export interface ChangeEventOptions {
  /**
   * A copy as it is before the group whose events come next: what a function gives is asked for at
   * the begin of each group. With it events have `before`, and inserts are told from updates.
   */
  readonly before?: LocalCopy | (() => LocalCopy) | undefined
  /**
   * Bytes of changes of one group that are kept so that several changes of one document follow from
   * each other. The rest of a larger group has no `before`, and its documents are `put`. Default:
   * half of `IN_FLIGHT_BYTES_MAX`.
   */
  readonly beforeBytesMax?: number | undefined
  /**
   * What becomes of a marker of a type that is not known: `keep` makes an event of kind `unknown`,
   * `refuse` ends with an UnknownMarkerError. Default: `keep`.
   */
  readonly unknownTypes?: 'keep' | 'refuse' | undefined
  /** Called with the position of each group that has no events, once those before it were let go. */
  readonly onPosition?: ((position: LogPosition) => void) | undefined
}

/**
 * Makes an event of each change, in order, and the next one when nobody holds the last any more. An
 * event is a view of its line, which is read as far as somebody asks; a line that turns out not to be
 * a marker then throws a MarkerLineError.
 *
 * Its id is `SERVERID-TICK`; where several markers share a tick, the second is `SERVERID-TICK-2`, and
 * only the last of them has a position. A group without markers gives no event: the next event's
 * position is above its position, and who wants it earlier has `onPosition`.
 *
 * Errors: MarkerLineError, UnknownMarkerError.
 */
export function toChangeEvents(
  options: ChangeEventOptions = {},
): OperatorFunction<TailGroup, ChangeEvent> {
  return expandHeld((group: TailGroup, onFree) => eventsOf(group, options, onFree))
}

/**
 * The events of one group, as {@link toChangeEvents} makes them, for whoever holds the group while it
 * takes them one by one: nothing waits for an event to be let go.
 *
 * @throws MarkerLineError, UnknownMarkerError
 */
export function changeEventsOf(
  group: TailGroup,
  options: ChangeEventOptions = {},
): Iterable<ChangeEvent> {
  return eventsOf(group, options, () => undefined)
}

function* eventsOf(
  group: TailGroup,
  options: ChangeEventOptions,
  onFree: () => void,
): Generator<LogChange, void, undefined> {
  const { onPosition } = options
  const overlay = openOverlay(options)
  const isWhole = group.transactionId !== undefined
  let last: LogChange | undefined
  for (const change of changesOf(group, options, onFree)) {
    if (last !== undefined) {
      // Only behind the last marker of a tick is all of that tick dealt with.
      if (!isWhole && change.ordinal === 1) last.place = 'alone'
      yield last
    }
    if (overlay !== undefined) tellBefore(change, overlay)
    last = change
  }
  if (last === undefined) onPosition?.(group.position)
  else {
    last.place = 'last'
    yield last
  }
}

function openOverlay({ before, beforeBytesMax }: ChangeEventOptions): CopyOverlay | undefined {
  const copy = typeof before === 'function' ? before() : before
  return copy && new CopyOverlay(copy, beforeBytesMax ?? IN_FLIGHT_BYTES_MAX / 2)
}

function* changesOf(
  group: TailGroup,
  { unknownTypes }: ChangeEventOptions,
  onFree: () => void,
): Generator<LogChange, void, undefined> {
  const head = new MarkerHeadScanner()
  let last: LogChange | undefined
  for (const markers of group.chunks()) {
    for (let index = 0; index < markers.lineCount; index += 1) {
      if (!markers.scanHead(index, head)) continue
      const kind = changeKindOf(head.type)
      // A group has the begin and the end of its transaction left out.
      if (kind === 'frame') continue
      const { start, end } = head.tick
      const { dataStart } = head
      const change = new LogChange({ group, markers, index, kind, start, end, dataStart, onFree })
      if (last !== undefined) change.follow(last)
      if (kind === 'unknown' && unknownTypes === 'refuse') {
        throw new UnknownMarkerError({ type: head.type, tick: change.tick })
      }
      last = change
      yield change
    }
  }
}

/** Tells what a change replaces, and makes the copy follow. */
function tellBefore(change: LogChange, overlay: CopyOverlay): void {
  const { database: databaseName, globallyUniqueId, collection: name, key } = change
  if (databaseName === undefined) return
  const collection = { globallyUniqueId, name }
  if (key === undefined) emptyCopy(change.kind, overlay, databaseName, collection)
  else {
    const after = change.kind === 'remove' ? undefined : change.document
    const before = overlay.replace({ databaseName, collection, key }, after)
    change.before = before
    if (change.kind !== 'put' || !overlay.isTelling) return
    change.kind = before === undefined ? 'insert' : 'update'
  }
}

function emptyCopy(
  kind: ChangeKind,
  overlay: CopyOverlay,
  databaseName: string,
  collection: CopiedCollection,
): void {
  switch (kind) {
    case 'create-database':
    case 'drop-database':
      overlay.drop(databaseName)
      break
    case 'truncate':
    case 'drop-collection':
    // The copy may still have another one of its name.
    case 'create-collection':
      overlay.empty(databaseName, collection)
      break
    default:
  }
}
