import assert from 'node:assert/strict'
import { of } from 'rxjs'
import {
  createTransformRunner,
  TransformError,
  type DocumentTransform,
} from '../../../lib/streams/index.js'
import { ChangeTransformer } from '../../../lib/sync/tail/change-transformer.js'
import { groupTransactions } from '../../../lib/sync/tail/group-transactions.js'
import { LoggedDefinitions } from '../../../lib/sync/tail/logged-definitions.js'
import type { ChangeEvent } from '../../../lib/sync/tail/tail-item.js'
import { transformChanges } from '../../../lib/sync/tail/transform-changes.js'
import type { LogPosition } from '../../../lib/replica/index.js'
import { line, namesOf, tailChunkOf, type FakeTailChunk } from '../../support/tail-chunks.js'

const NAMES = namesOf({ c: 'n', e: 'edges', o: 'other' })

function transformerOf(transform: DocumentTransform): ChangeTransformer {
  return new ChangeTransformer(createTransformRunner([transform]), new LoggedDefinitions())
}

interface Seen {
  readonly events: ChangeEvent[]
  readonly positions: LogPosition[]
}

/** Everything that comes, let go at once. */
function runChunk(chunk: FakeTailChunk, transform: DocumentTransform): Promise<Seen> {
  const seen: Seen = { events: [], positions: [] }
  return new Promise((resolve, reject) => {
    of(chunk)
      .pipe(
        groupTransactions(),
        transformChanges(() => transformerOf(transform), {
          onPosition: (position) => seen.positions.push(position),
        }),
      )
      .subscribe({
        next: (event) => seen.events.push(event),
        error: reject,
        complete: () => {
          resolve(seen)
        },
      })
  })
}

const run = (lines: readonly string[], transform: DocumentTransform): Promise<Seen> =>
  runChunk(tailChunkOf(lines, { names: NAMES }), transform)

const tell = ({ id, kind, collection, key }: ChangeEvent): unknown[] => [id, kind, collection, key]

describe('transformChanges()', () => {
  it('gives transformed documents, and their revision, or as they came', async () => {
    const more = ',"n":1.0,"name":"x"'
    const { events } = await run([line.put(1, 'a', { more }), line.put(2, 'b', { more })], {
      document: (document) => {
        if (document['_key'] === 'b') return document
        const { name: _name, ...rest } = document
        return rest
      },
    })
    const texts = events.map(({ document }) => document?.toString())
    assert.deepEqual(texts, [
      '{"_key":"a","_id":"n/a","_rev":"_r1","n":1.0}',
      '{"_key":"b","_id":"n/b","_rev":"_r2","n":1.0,"name":"x"}',
    ])
    assert.deepEqual(
      events.map(({ revision, tick, before }) => [revision, tick, before]),
      [
        ['_r1', 1n, undefined],
        ['_r2', 2n, undefined],
      ],
    )
  })

  it('transforms documents of collections that nobody names any more', async () => {
    const chunk = tailChunkOf([line.put(1, 'a', { more: ',"name":"x"' }), line.remove(2, 'a')], {
      names: namesOf({}),
    })
    const collections: (string | undefined)[] = []
    const { events } = await runChunk(chunk, {
      document: ({ name: _name, ...rest }, { collection }) => {
        collections.push(collection)
        return rest
      },
      removal: () => 'b',
    })
    assert.deepEqual(collections, [undefined])
    assert.deepEqual(events.map(tell), [
      ['77-1', 'put', undefined, 'a'],
      ['77-2', 'remove', undefined, 'b'],
    ])
    assert.doesNotMatch(String(events[0]?.document), /name/)
  })

  it('leaves dropped documents out, and keeps removals', async () => {
    const { events } = await run([line.put(1, 'a'), line.remove(2, 'a'), line.put(3, 'b')], {
      document: (document) => (document['_key'] === 'a' ? undefined : document),
    })
    assert.deepEqual(events.map(tell), [
      ['77-2', 'remove', 'n', 'a'],
      ['77-3', 'put', 'n', 'b'],
    ])
  })

  it('makes several events of one, of which the last has the position', async () => {
    const { events } = await run([line.put(1, 'a'), line.put(2, 'b')], {
      document: (document, { route }) => {
        if (document['_key'] === 'b') return document
        return [route('archive', { ...document }), { ...document, _key: 'a1' }, document]
      },
    })
    assert.deepEqual(events.map(tell), [
      ['77-1', 'put', 'n', 'a1'],
      ['77-1.2', 'put', 'n', 'a'],
      ['77-1.3', 'put', 'archive', 'a'],
      ['77-2', 'put', 'n', 'b'],
    ])
    assert.deepEqual(
      events.map(({ position }) => position?.tick),
      [undefined, undefined, 1n, 2n],
    )
    assert.match(String(events[2]?.document), /"_id":"archive\/a"/)
  })

  it('tells the position of a group whose last change was dropped', async () => {
    const dropB: DocumentTransform = {
      document: (document) => (document['_key'] === 'b' ? undefined : document),
    }
    const dropped = await run([line.put(1, 'a'), line.put(2, 'b')], dropB)
    assert.deepEqual(
      dropped.positions.map(({ tick }) => tick),
      [2n],
    )
    const kept = await run([line.put(1, 'b'), line.put(2, 'a')], dropB)
    assert.deepEqual(kept.positions, [])
    assert.equal(kept.events.at(-1)?.position?.tick, 2n)
  })

  it('names collections as they are renamed, in definitions and ids too', async () => {
    const { events } = await run(
      [
        '{"tick":"1","db":"d","cuid":"c","type":2000,"data":{"name":"n","type":2,"big":1.0}}',
        line.put(2, 'a'),
        line.truncate(3),
        line.put(4, 'x', { cuid: 'o' }),
      ],
      { collection: ({ name }) => (name === 'n' ? { name: 'new', data: 'unchanged' } : undefined) },
    )
    assert.deepEqual(
      events.map(({ collection }) => collection),
      ['new', 'new', 'new', 'other'],
    )
    assert.equal(events[0]?.document?.toString(), '{"name":"new","type":2,"big":1.0}')
    assert.match(String(events[1]?.document), /"_id":"new\/a"/)
    assert.match(String(events[3]?.document), /"_id":"n\/x"/, 'another one is left alone')
  })

  it('gives removals the key that transforms give, or leaves them out', async () => {
    const lines = [line.remove(1, 'a'), line.put(2, 'b'), line.remove(3, 'c')]
    const { events } = await run(lines, {
      document: (document) => ({ ...document, _key: 'B' }),
      removal: (key, context) => (key === 'c' ? undefined : `${key}-${String(context.collection)}`),
    })
    assert.deepEqual(events.map(tell), [
      ['77-1', 'remove', 'n', 'a-n'],
      ['77-2', 'put', 'n', 'B'],
    ])
    const { events: kept } = await run(lines, { document: (document) => document })
    assert.deepEqual(
      kept.map(({ key, revision, document }) => [key, revision, document !== undefined]),
      (await run(lines, { collection: () => undefined })).events.map(
        ({ key, revision, document }) => [key, revision, document !== undefined],
      ),
    )
  })

  it('leaves out collections that are left out, and documents of definitions alone', async () => {
    const { events } = await run(
      [
        line.put(1, 'a'),
        line.remove(2, 'a'),
        line.truncate(3),
        line.put(4, 'x', { cuid: 'o' }),
        line.truncate(5, { cuid: 'o' }),
        line.unknown(6),
      ],
      { collection: ({ name }) => (name === 'n' ? false : { data: 'none' }) },
    )
    assert.deepEqual(
      events.map(({ kind, collection }) => [kind, collection]),
      [
        ['truncate', 'other'],
        ['unknown', undefined],
      ],
    )
  })

  it('tells transforms of edges, by definition or by document', async () => {
    const types: unknown[] = []
    const more = ',"_from":"n/a","_to":"n/b"'
    await run(
      [
        line.put(1, 'x', { cuid: 'e', more }),
        '{"tick":"2","db":"d","cuid":"k","type":2000,"data":{"name":"made","type":3}}',
        line.remove(3, 'y', { cuid: 'c' }),
      ],
      {
        collection: ({ name, type }) => {
          types.push([name, type])
          return undefined
        },
      },
    )
    assert.deepEqual(types, [
      ['edges', 'edge'],
      ['n', 'document'],
    ])
  })

  it('keeps the order of more changes than are transformed at one time', async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `k${index}`)
    const lines = keys.map((key, index) =>
      line.put(index + 1, key, { cuid: index % 3 ? 'c' : 'o' }),
    )
    const { events } = await run(lines, { document: (document) => ({ ...document, seen: 1 }) })
    assert.deepEqual(
      events.map(({ key }) => key),
      keys,
    )
  })

  it('makes the next event when nobody holds the last any more', async () => {
    const chunk = tailChunkOf([line.put(1, 'a'), line.put(2, 'b')], { names: NAMES })
    const held: { event: ChangeEvent; release: () => void }[] = []
    const done = new Promise<void>((resolve, reject) => {
      of(chunk)
        .pipe(
          groupTransactions(),
          transformChanges(() => transformerOf({})),
        )
        .subscribe({
          next: (event) => {
            held.push({ event, release: event.hold() })
            // Were the second one made already, it would be here before the next turn.
            setImmediate(() => {
              assert.equal(held.at(-1)?.event, event)
              held.at(-1)?.release()
            })
          },
          error: reject,
          complete: resolve,
        })
    })
    await done
    assert.equal(held.length, 2)
    assert.equal(chunk.holdCount, 0)
  })

  it('ends with the error of a transform, and with nothing behind it', async () => {
    const events: ChangeEvent[] = []
    const error = await new Promise((resolve) => {
      of(tailChunkOf([line.put(1, 'a'), line.put(2, 'b')], { names: NAMES }))
        .pipe(
          groupTransactions(),
          transformChanges(() =>
            transformerOf({
              document: (document) => {
                if (document['_key'] === 'b') throw new Error('odd')
                return document
              },
            }),
          ),
        )
        .subscribe({ next: (event) => events.push(event), error: resolve })
    })
    assert.ok(error instanceof TransformError)
    assert.match(error.message, /"b"/)
  })

  it('gives nothing more to who has left', async () => {
    const events: ChangeEvent[] = []
    await new Promise<void>((resolve) => {
      const subscription = of(tailChunkOf([line.put(1, 'a'), line.put(2, 'b')], { names: NAMES }))
        .pipe(
          groupTransactions(),
          transformChanges(() => transformerOf({})),
        )
        .subscribe((event) => {
          events.push(event)
          subscription.unsubscribe()
          setImmediate(resolve)
        })
    })
    assert.equal(events.length, 1)
  })
})
