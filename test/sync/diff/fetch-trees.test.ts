import assert from 'node:assert/strict'
import type { Source } from '../../../lib/replica/index.js'
import type { DiffProgress } from '../../../lib/sync/index.js'
import { REPLICA_KINDS, withReplica, type ReplicaKind } from '../../support/replica-kinds.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { diff, line, warningsOf } from './support/diff-outcome.js'

/** Notes where the trees that a source is asked for shall begin. */
function noteTrees(source: Source, name: string, asked: [string, bigint | undefined][]): Source {
  return {
    address: source.address,
    database: source.database,
    onNotice: () => undefined,
    async openSnapshot(options) {
      const snapshot = await source.openSnapshot(options)
      const tree = snapshot.tree.bind(snapshot)
      snapshot.tree = (definition, treeOptions) => {
        asked.push([name, treeOptions.initialRangeMin])
        return tree(definition, treeOptions)
      }
      return snapshot
    },
    close: () => Promise.resolve(),
  }
}

describe('diffReplicas() that needs trees', () => {
  const { at } = useTemporaryDirectory()
  const dataA = { c: [line('k1', 5), line('k2', 6)] }
  /** It begins elsewhere than that of A. */
  const dataB = { c: [line('k0', 1), line('k1', 5)] }

  for (const kindA of REPLICA_KINDS) {
    for (const kindB of REPLICA_KINDS) {
      const rank = (kind: ReplicaKind): number => REPLICA_KINDS.indexOf(kind)
      const first = rank(kindB) > rank(kindA) ? 'b' : 'a'

      it(`lets the tree of ${first} come first of a ${kindA} and a ${kindB}`, async () => {
        const asked: [string, bigint | undefined][] = []
        await withReplica(kindA, at('a'), dataA, (a) =>
          withReplica(kindB, at('b'), dataB, async (b) => {
            const { differences } = await diff(noteTrees(a, 'a', asked), noteTrees(b, 'b', asked))
            assert.deepEqual(differences, ['onlyInA c/k2', 'onlyInB c/k0'])
          }),
        )
        const [one, other, ...more] = asked
        assert.deepEqual(one, [first, undefined])
        assert.equal(other?.[0], first === 'a' ? 'b' : 'a')
        assert.equal(typeof other[1], 'bigint')
        assert.deepEqual(more, [])
      })
    }
  }

  it('reads what a server does not sync by revision as a whole, by revision all the same', async () => {
    const properties = { syncByRevision: false }
    await withReplica('store', at('a'), dataA, (a) =>
      withReplica(
        'leader',
        at('b'),
        dataB,
        async (b) => {
          const outcome = await diff(a, b)
          assert.deepEqual(outcome.differences, ['onlyInA c/k2', 'onlyInB c/k0'])
          assert.equal(outcome.finished.collections[0]?.by, 'revision')
          const dumped = outcome.events
            .filter((event) => event.kind === 'progress' && event.phase === 'trees')
            .map((event) => (event as DiffProgress).totals.read)
          assert.ok(dumped.some(({ transferredBytes }) => transferredBytes > 0))
          assert.ok(dumped.every(({ dumpBytes }) => dumpBytes === 0)) // no byte counts twice
          const [warning = ''] = warningsOf(outcome)
          assert.match(warning, /does not sync collection "c" by revision/)
        },
        properties,
      ),
    )
  })
})
