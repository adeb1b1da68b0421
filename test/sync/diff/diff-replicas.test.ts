import assert from 'node:assert/strict'
import { lastValueFrom, take, toArray } from 'rxjs'
import { diffReplicas, runDiff, type Difference } from '../../../lib/sync/index.js'
import {
  REPLICA_KINDS,
  withReplica,
  withBothReplicas,
  type ReplicaData,
} from '../../support/replica-kinds.js'
import { createScriptedSource } from '../../support/scripted-source.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { diff, line, scripted, dataA, dataB } from './support/diff-outcome.js'

describe('diffReplicas()', () => {
  const { at } = useTemporaryDirectory()

  for (const kindA of REPLICA_KINDS) {
    for (const kindB of REPLICA_KINDS) {
      it(`compares a ${kindA} with a ${kindB}`, async () => {
        await withBothReplicas(at('.'), [kindA, kindB], [dataA, dataB], async (a, b) => {
          const byRevision = await diff(a, b)
          const common = [
            'collectionOnlyInA gone',
            'collectionOnlyInB come',
            'onlyInA c/k2',
            'onlyInB c/k5',
          ]
          assert.deepEqual(byRevision.differences, [
            ...common.slice(0, 2),
            'different c/k1 _rev v w.x[1]',
            'different c/k3 _rev',
            ...common.slice(2),
          ])
          const byContent = await diff(a, b, { by: 'content' })
          assert.deepEqual(byContent.differences, [
            ...common.slice(0, 2),
            'different c/k1 v w.x[1]',
            ...common.slice(2),
          ])
          for (const { finished } of [byRevision, byContent]) {
            assert.ok(!finished.isEqual && !finished.isLimited)
            assert.equal(finished.differences, finished === byRevision.finished ? 6 : 5)
          }
          const looked = byRevision.finished.collections.flatMap(
            ({ collection, isEqual, by, read }) =>
              by === undefined ? [] : [[collection, by, isEqual, read.documentsRead]],
          )
          // k4 has its revision on both sides, so nobody looks at it.
          assert.deepEqual(looked, [
            ['c', 'revision', false, 6],
            ['same', 'revision', true, 0],
          ])
        })
      })
    }
  }

  it('tells what happens, in order', async () => {
    const { events } = await diff(scripted(dataA), scripted(dataB), { collections: ['c', 'come'] })
    const told = events.map((event) =>
      'collection' in event ? `${event.kind} ${event.collection}` : event.kind,
    )
    assert.deepEqual(
      told.filter((one, index) => one !== told[index - 1]),
      [
        'started',
        'collection-started c',
        'progress c',
        'collection-compared c',
        'collection-started come',
        'collection-compared come',
        'finished',
      ],
    )
    const [started] = events
    assert.deepEqual(started, {
      kind: 'started',
      a: 'scripted:',
      b: 'scripted:',
      collections: [
        { name: 'c', presence: 'both' },
        { name: 'come', presence: 'onlyInB' },
      ],
    })
  })

  it('says what it read', async () => {
    await withBothReplicas(at('.'), ['leader', 'store'], [dataA, dataB], async (a, b) => {
      const { finished } = await diff(a, b, { collections: ['c'] })
      const [{ read, onlyInA, onlyInB, different } = assert.fail()] = finished.collections
      assert.deepEqual([onlyInA, onlyInB, different], [1, 1, 2])
      assert.ok(read.transferredBytes > 100)
      assert.deepEqual(
        { ...read, transferredBytes: 0 },
        {
          ranges: 6,
          revisionsListed: 6,
          documentsRead: 6,
          transferredBytes: 0,
          dumpBytes: 0,
        },
      )
      const content = await diff(a, b, { collections: ['c'], by: 'content' })
      assert.equal(content.finished.totals.read.documentsRead, 8)
      assert.ok(content.finished.totals.read.dumpBytes > 400)
    })
  })

  it('finds equal replicas equal, even the same one', async () => {
    await withReplica('store', at('a'), dataA, async (source) => {
      for (const by of ['revision', 'content'] as const) {
        const { differences, finished } = await diff(source, source, { by })
        assert.deepEqual(differences, [])
        assert.ok(finished.isEqual)
      }
    })
  })

  it('hands the documents over as they are', async () => {
    const told: Difference[] = []
    await runDiff(scripted(dataA), scripted(dataB), {
      workers: 0,
      collections: ['c'],
      onDifference: (difference) => void told.push(difference),
    })
    for (const difference of told) {
      const { key } = difference
      const find = (data: ReplicaData): string | undefined =>
        data['c']?.find((one) => one.includes(`"_key":"${key ?? ''}"`))
      if ('a' in difference) assert.equal(difference.a.toString(), find(dataA))
      if ('b' in difference) assert.equal(difference.b.toString(), find(dataB))
    }
    assert.equal(told.length, 4)
  })

  it('gives the documents of a collection that only A has', async () => {
    const texts: string[] = []
    await runDiff(scripted(dataA), scripted(dataB), {
      workers: 0,
      collections: ['gone'],
      onDifference: async (difference) => {
        assert.ok(difference.kind === 'collectionOnlyInA')
        assert.equal(difference.definition.name, 'gone')
        for await (const { chunk } of difference.documents()) texts.push(chunk.buffer.toString())
      },
    })
    assert.deepEqual(texts, [`${line('g', 1)}\n`])
  })

  it('is cold, and ends when the subscriber leaves', async () => {
    const a = createScriptedSource([{ name: 'c', chunks: [[line('k1', 1)]] }])
    const events$ = diffReplicas(a, scripted({ c: [line('k2', 2)] }), { workers: 0 })
    assert.deepEqual(a.log, [])
    await lastValueFrom(events$.pipe(take(1)))
    const [first, second] = [
      await lastValueFrom(events$.pipe(toArray())),
      await lastValueFrom(events$.pipe(toArray())),
    ]
    assert.deepEqual(first, second)
    assert.equal(first.at(-1)?.kind, 'finished')
  })
})
