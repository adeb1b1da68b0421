import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { TreePool } from '../../../lib/merkle/build/tree-pool.js'
import type { EntryChunk } from '../../../lib/streams/index.js'
import { DumpLineError } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { assertNothingOpen, isBuildError, threadCount, usePool } from './support/pools.js'
import { ascendingRevisions, contentOf, linesOf } from './support/sample-lines.js'
import { assertSameTree, treeOf } from './support/trees.js'

const revisions = ascendingRevisions(2000)
const lines = linesOf(revisions)
const content = contentOf(lines)
/** More than one block of a file. */
const longContent = Buffer.concat(Array.from({ length: 20 }, () => content))
const TASK = new URL('../../../workers/build-tree.js', import.meta.url).href
const RUN_TASK = new URL('../../../lib/merkle/build/run-task.js', import.meta.url).href
const KERNEL = new URL('../../../lib/merkle/kernel/get-kernel.js', import.meta.url).href

/** A task that reads a block and then waits until it is told to stop. */
const GATED_TASK = `
  import { runBuildTask } from '${RUN_TASK}'
  import { getKernel } from '${KERNEL}'
  const BYTES = 1, STOP = 3
  export default async ({ memory, state, work }) => {
    const workspace = getKernel().createWorkspace(memory.depth, memory)
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    const isGated = () => Atomics.load(workspace.progress, BYTES) > 0n && Atomics.load(workspace.progress, STOP) === 0n
    return runBuildTask({ workspace, state, work }, async () => { while (isGated()) await turn() })
  }`

/** The usual task, but some files are the end of its thread. */
const DYING_TASK = `
  import build from '${TASK}'
  export default (task) => {
    const [{ path = '' } = {}] = task.work.pieces ?? []
    if (path.endsWith('exit.json')) process.exit(3)
    if (path.endsWith('throw.json')) throw new TypeError('this is a mistake')
    return build(task)
  }`

for (const workers of [0, 1, 2]) {
  describe(`building that is stopped, with ${workers} workers`, () => {
    let pool: TreePool
    before(() => {
      pool = new TreePool({ workers })
    })
    after(() => pool.close())
    const { at } = useTemporaryDirectory()

    it('stops for a signal that was aborted before', async () => {
      const reason = new Error('never')
      const signal = AbortSignal.abort(reason)
      await assert.rejects(pool.buildFromRevisions(new BigUint64Array(9), { signal }), reason)
    })

    it('fails as its stream fails, and closes a stream that it leaves', async () => {
      const lost = new Error('the leader is gone')
      let isClosed = false
      async function* failing(): AsyncGenerator<EntryChunk> {
        yield chunkOf(lines)
        await Promise.reject(lost)
      }
      await assert.rejects(pool.buildFromStream(failing()), lost)
      async function* bad(): AsyncGenerator<EntryChunk> {
        try {
          yield chunkOf(['{'])
          await Promise.resolve()
        } finally {
          isClosed = true
        }
      }
      await assert.rejects(pool.buildFromStream(bad()), DumpLineError)
      assert.equal(isClosed, true)
    })

    it('stops while its stream hangs', async () => {
      const stop = new AbortController()
      const reason = new Error('enough')
      async function* hanging(): AsyncGenerator<EntryChunk> {
        yield chunkOf(lines)
        setImmediate(() => {
          stop.abort(reason)
        })
        await new Promise(() => undefined)
      }
      await assert.rejects(pool.buildFromStream(hanging(), { signal: stop.signal }), reason)
    })

    it('stops in the middle of an array or file', async () => {
      const many = new BigUint64Array(3_000_000).fill(revisions[0] ?? 0n)
      await writeFile(at('long.json'), longContent)
      const builds = [
        (signal: AbortSignal) => pool.buildFromRevisions(many, { signal }),
        (signal: AbortSignal) => pool.buildFromRevisions(many, { signal, initialRangeMin: 0n }),
        (signal: AbortSignal) => pool.buildFromFiles([at('long.json')], { signal }),
      ]
      for (const build of builds) {
        const stop = new AbortController()
        const reason = new Error('enough')
        const building = build(stop.signal)
        setImmediate(() => {
          stop.abort(reason)
        })
        await assert.rejects(building, reason)
      }
      assertSameTree(
        await pool.buildFromRevisions(new BigUint64Array(revisions)),
        treeOf(revisions),
      )
    })
  })
}

describe('building in threads that do not go on', () => {
  const { at } = useTemporaryDirectory()

  async function writeTask(code: string): Promise<URL> {
    await writeFile(at('task.mjs'), code)
    return pathToFileURL(at('task.mjs'))
  }

  it('stops in the middle of a file, closes it, and tells the reason', async () => {
    const taskFile = await writeTask(GATED_TASK)
    await writeFile(at('a.json'), longContent)
    await writeFile(at('b.json.gz'), gzipSync(longContent))
    await usePool({ workers: 2, taskFile }, async (pool) => {
      for (const name of ['a.json', 'b.json.gz']) {
        const stop = new AbortController()
        const reason = new Error('enough')
        const onProgress = (): void => {
          stop.abort(reason)
        }
        const options = { signal: stop.signal, onProgress }
        await assert.rejects(pool.buildFromFiles([at(name)], options), reason)
        assertNothingOpen(at(''))
      }
    })
  })

  it('stops waiting for a thread that works on another tree', async () => {
    const taskFile = await writeTask(GATED_TASK)
    await writeFile(at('a.json'), longContent)
    await usePool({ workers: 1, taskFile }, async (pool) => {
      const [long, waiting] = [new AbortController(), new AbortController()]
      const reason = new Error('enough')
      let first: Promise<unknown> = Promise.resolve()
      // Progress tells that the only thread is inside the first tree's task, where it stays.
      await new Promise<void>((resolve) => {
        const options = {
          signal: long.signal,
          onProgress: () => {
            resolve()
          },
        }
        first = pool.buildFromFiles([at('a.json')], options)
      })
      const second = pool.buildFromFiles([at('a.json')], { signal: waiting.signal })
      setImmediate(() => {
        waiting.abort(reason)
      })
      const isFirstOver = first.then(
        () => true,
        () => true,
      )
      await assert.rejects(second, reason)
      const open = Promise.resolve(false)
      assert.equal(await Promise.race([open, isFirstOver]), false)
      long.abort(reason)
      await assert.rejects(first, reason)
    })
  })

  it('fails when the pool is closed, and leaves no thread behind', async () => {
    const taskFile = await writeTask(GATED_TASK)
    await writeFile(at('a.json'), longContent)
    const threads = threadCount()
    const pool = new TreePool({ workers: 2, taskFile })
    const onProgress = (): void => void pool.close()
    const building = pool.buildFromFiles([at('a.json')], { onProgress })
    await assert.rejects(building, isBuildError(undefined, /^the pool is closed$/))
    await pool.close()
    assert.ok(threadCount() <= threads, 'all of its threads have ended')
    await assert.rejects(pool.ready(), /the pool is closed/)
    await assert.rejects(pool.buildFromFiles([]), isBuildError(undefined, /^the pool is closed$/))
  })

  it('fails with its cause when a thread ends, and goes on with another one', async () => {
    const taskFile = await writeTask(DYING_TASK)
    for (const name of ['exit.json', 'throw.json', 'a.json']) await writeFile(at(name), content)
    const threads = threadCount()
    await usePool({ workers: 2, taskFile }, async (pool) => {
      for (let round = 0; round < 3; round += 1) {
        const exit = pool.buildFromFiles([at('exit.json')])
        await assert.rejects(
          exit,
          isBuildError(undefined, /^a thread failed \(.*exited with code: 3\)$/),
        )
        const mistake = pool.buildFromFiles([at('throw.json')])
        await assert.rejects(mistake, (error) => {
          isBuildError(undefined, /^a thread failed \(this is a mistake\)$/)(error)
          return (error as Error).cause instanceof TypeError
        })
        assertSameTree(await pool.buildFromFiles([at('a.json')]), treeOf(revisions))
      }
    })
    assert.ok(threadCount() <= threads, 'all threads have ended')
  })

  it('lets other trees be when a thread ends', async () => {
    const taskFile = await writeTask(DYING_TASK)
    for (const name of ['exit.json', 'a.json']) await writeFile(at(name), content)
    await usePool({ workers: 2, taskFile, rangeBytes: 3000 }, async (pool) => {
      const [exit, tree] = await Promise.allSettled([
        pool.buildFromFiles([at('exit.json')]),
        pool.buildFromFiles([at('a.json')]),
      ])
      assert.equal(exit.status, 'rejected')
      assert.ok(tree.status === 'fulfilled')
      assertSameTree(tree.value, treeOf(revisions))
    })
  })
})
