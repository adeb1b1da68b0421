import type { ChangeEvent } from '../../sync/index.js'

/** Pieces of JSON text, to be written one right after the other. */
export type TextPieces = readonly (string | Uint8Array)[]

/** What of an event is told; events are held by whoever formats them. */
export type ToldEvent = Omit<ChangeEvent, 'hold' | 'position'>

/**
 * Writes an event as a JSON object: `{id, kind, tick, tid, database, collection, key, rev, document,
 * before}`, each where it is known, ids and ticks as decimal text. Documents are the bytes that came.
 */
export function formatChange(event: ToldEvent): TextPieces {
  const { id, kind, tick, transactionId, database, collection, globallyUniqueId } = event
  const head = {
    id,
    kind,
    tick: tick.toString(),
    tid: transactionId?.toString(),
    database,
    collection,
    // A collection that is gone may have told nobody its name.
    guid: collection === undefined ? globallyUniqueId : undefined,
    key: event.key,
    rev: event.revision,
  }
  const pieces: (string | Uint8Array)[] = [JSON.stringify(head).slice(0, -1)]
  if (event.document !== undefined) pieces.push(',"document":', event.document)
  if (event.before !== undefined) pieces.push(',"before":', event.before)
  pieces.push('}')
  return pieces
}
