import assert from 'node:assert/strict'
import { of } from 'rxjs'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import type { ChangeEvent } from '../../../lib/sync/tail/tail-item.js'
import { toChangeEvents, type ChangeEventOptions } from '../../../lib/sync/tail/to-change-events.js'
import { line, namesOf, tailChunkOf, type FakeTailChunk } from '../../support/tail-chunks.js'

function eventsOf(chunk: FakeTailChunk, options?: ChangeEventOptions): ChangeEvent[] {
  const events: ChangeEvent[] = []
  let failure: unknown
  of(chunk)
    .pipe(groupTransactions(), toChangeEvents(options))
    .subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => (failure = error),
    })
  if (failure !== undefined) throw failure as Error
  return events
}

const TRANSACTION = [
  line.begin(5, 5),
  line.put(6, 'a', { id: 5 }),
  line.remove(7, 'b', { id: 5 }),
  line.commit(8, 5),
]

describe('toChangeEvents', () => {
  it('tells key, revision, document and where it comes from', () => {
    const [event] = eventsOf(tailChunkOf([line.put(1, 'k')], { names: namesOf({ c: 'n' }) }))
    assert.ok(event !== undefined)
    assert.deepEqual(
      [event.id, event.kind, event.tick, event.database, event.collection, event.globallyUniqueId],
      ['77-1', 'put', 1n, 'd', 'n', 'c'],
    )
    assert.deepEqual([event.key, event.revision, event.before], ['k', '_r1', undefined])
    assert.equal(event.document?.toString(), '{"_key":"k","_id":"n/k","_rev":"_r1"}')
  })

  it('has a position in a transaction with the last event only', () => {
    const events = eventsOf(tailChunkOf(TRANSACTION))
    assert.deepEqual(
      events.map(({ kind, transactionId, position }) => [kind, transactionId, position?.tick]),
      [
        ['put', 5n, undefined],
        ['remove', 5n, 8n],
      ],
    )
  })

  it('has a position with each change that stands alone, and one for several of one tick', () => {
    const lines = [line.put(1, 'a'), line.put(2, 'b'), line.truncate(2), line.put(3, 'c')]
    const events = eventsOf(tailChunkOf(lines))
    assert.deepEqual(
      events.map(({ id, position }) => [id, position?.tick]),
      [
        ['77-1', 1n],
        ['77-2', undefined],
        ['77-2-2', 2n],
        ['77-3', 3n],
      ],
    )
  })

  it('makes the next event when nobody holds the last any more', () => {
    const chunk = tailChunkOf(TRANSACTION)
    const releases: (() => void)[] = []
    let isComplete = false
    of(chunk)
      .pipe(groupTransactions(), toChangeEvents())
      .subscribe({
        next: (event) => releases.push(event.hold()),
        complete: () => (isComplete = true),
      })
    assert.deepEqual([releases.length, chunk.holdCount], [1, 1])
    releases[0]?.()
    assert.deepEqual([releases.length, isComplete], [2, false])
    releases[1]?.()
    assert.deepEqual([chunk.holdCount, isComplete], [0, true])
  })

  it('chains the changes of one document, and tells inserts from updates', () => {
    const lines = [
      line.put(1, 'old'),
      line.put(2, 'old'),
      line.remove(3, 'old'),
      line.put(4, 'old'),
      line.truncate(5),
      line.put(6, 'old'),
    ]
    const before = { document: () => Buffer.from('{"was":1}') }
    const tell = ({ kind, before: text }: ChangeEvent): unknown => [
      kind,
      text === undefined ? undefined : /_r\d|was/.exec(text.toString())?.[0],
    ]
    assert.deepEqual(eventsOf(tailChunkOf(lines), { before }).map(tell), [
      ['update', 'was'],
      ['update', '_r1'],
      ['remove', '_r2'],
      ['insert', undefined],
      ['truncate', undefined],
      ['insert', undefined],
    ])
    const bounded = eventsOf(tailChunkOf(lines.slice(0, 2)), { before, beforeBytesMax: 1 })
    assert.deepEqual(
      bounded.map(({ kind }) => kind),
      ['put', 'put'],
    )
  })

  it('tells nothing of a dropped collection for one that is made in its place', () => {
    const lines = [
      `{"tick":"1","type":2001,"db":"d","cuid":"c"}`,
      line.create(2, 'n', { cuid: 'made' }),
      line.put(3, 'old', { cuid: 'made' }),
    ]
    // As a copy that has only the dropped one, and finds it by its name.
    const before = { document: () => Buffer.from('{"was":1}') }
    const chunk = tailChunkOf(lines, { names: namesOf({ c: 'n', made: 'n' }) })
    assert.deepEqual(
      eventsOf(chunk, { before }).map((event) => [event.kind, event.before]),
      [
        ['drop-collection', undefined],
        ['create-collection', undefined],
        ['insert', undefined],
      ],
    )
  })

  it('tells positions of groups without events', () => {
    const seen: bigint[] = []
    const onPosition = ({ tick }: { readonly tick: bigint }): void => {
      seen.push(tick)
    }
    assert.deepEqual(eventsOf(tailChunkOf([], { tick: 9n }), { onPosition }), [])
    assert.deepEqual(seen, [9n])
  })

  it('refuses types that are not known where asked', () => {
    const chunk = tailChunkOf([line.unknown(2)])
    assert.deepEqual(
      eventsOf(chunk).map(({ kind }) => kind),
      ['unknown'],
    )
    assert.throws(() => eventsOf(chunk, { unknownTypes: 'refuse' }), { code: 'ERR_UNKNOWN_MARKER' })
  })
})
