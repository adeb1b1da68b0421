import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { createOpeningView } from '../../lib/cli/progress/opening-view.js'
import { openStore, type TreeProgress } from '../../lib/store/index.js'
import { makeOld } from '../store/support/old-store.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const { signal } = new AbortController()

describe('createOpeningView()', () => {
  function shown(steps: readonly (readonly [ms: number, progress: TreeProgress])[]): string {
    const stderr = new PassThrough()
    let nowMs = 0
    const view = createOpeningView({ stderr, signal }, () => nowMs)
    for (const [ms, progress] of steps) {
      nowMs = ms
      view.onTreeProgress(progress)
    }
    return String(stderr.read() ?? '')
  }
  const step = (revisions: number, documents = 20_000, collection = 'c'): TreeProgress => {
    return { database: 'shop', collection, revisions, documents }
  }

  it('shows a line for each tree, and one every two seconds', () => {
    const steps = [
      [0, step(0)],
      [500, step(5000)],
      [2000, step(10_000)],
      [3999, step(15_000)],
      [4100, step(20_000)],
      [4200, step(0, 1, 'd')],
      [4201, step(1, 1, 'd')],
    ] as const
    assert.equal(
      shown(steps),
      'building the tree of "c" in database "shop": 20,000 documents\n' +
        '  c: 10,000 (50 %)\n' +
        '  c: 20,000 (100 %)\n' +
        'building the tree of "d" in database "shop": 1 document\n',
    )
  })

  it('shows nothing of collections without documents', () => {
    assert.equal(shown([[0, step(0, 0)]]), '')
  })

  it('shows notices as they come, and hands the signal on', () => {
    const stderr = new PassThrough()
    const view = createOpeningView({ stderr, signal })
    view.onNotice({ kind: 'warning', message: 'a tree did not fit' })
    assert.equal(String(stderr.read()), 'warning: a tree did not fit\n')
    assert.equal(view.signal, signal)
  })
})

describe('tidemark with a store of an older version', () => {
  const { at } = useTemporaryDirectory()

  it('builds its trees once, and says so', async () => {
    await writeSampleDump(at('dump'), [{ name: 'users', count: 300 }])
    const target = `store:${at('store')}#shop`
    assert.equal((await runInProcess(['sync', at('dump'), target])).exitCode, 0)
    await makeOld(at('store'))
    const { exitCode, stderr } = await runInProcess(['sync', at('dump'), target])
    assert.equal(exitCode, 0, stderr)
    const line = 'building the tree of "users" in database "shop": 300 documents\n'
    assert.equal(stderr.split(line).length, 2, stderr)
    const again = await runInProcess(['sync', at('dump'), target])
    assert.ok(!again.stderr.includes('building'), again.stderr)
    const store = await openStore(at('store'), { mode: 'read' })
    const database = store.database('shop')
    assert.ok(database)
    assert.equal(store.collection(database, 'users')?.documents, 300)
    await store.close()
  })
})
