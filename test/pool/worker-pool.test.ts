import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createWorkerPool } from '../../lib/pool/index.js'
import { chunkOf } from '../support/chunk.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import {
  checksumChunk,
  toChecksumTask,
  type ChecksumAnswer,
  type ChecksumTask,
} from '../../lib/merkle/index.js'

const FILE = new URL('../../workers/checksum.js', import.meta.url)

function taskOf(lines: readonly string[]): ChecksumTask {
  return toChecksumTask(chunkOf(lines, 'a file'))
}

describe('createWorkerPool()', () => {
  const lines = ['{"_key":"1","_rev":"_kmX5mm6---"}', '{"_key":"2","_rev":"_fMzozz2---"}']

  it('runs a task as the function alone does', async () => {
    const pool = createWorkerPool<ChecksumTask, ChecksumAnswer>(FILE, { workers: 1 })
    try {
      const answer = await pool.run(taskOf(lines))
      assert.deepEqual(answer, { kind: 'checksum', checksum: checksumChunk(chunkOf(lines)) })
    } finally {
      await pool.close()
    }
  })

  it('brings the place of a bad line across', async () => {
    const pool = createWorkerPool<ChecksumTask, ChecksumAnswer>(FILE, { workers: 1 })
    try {
      const answer = await pool.run(taskOf([...lines, '{']))
      assert.deepEqual('place' in answer && answer.place, {
        lineNumber: 3,
        byteOffset: 68,
        source: 'a file',
      })
    } finally {
      await pool.close()
    }
  })

  it('gives up a task when the signal says so', async () => {
    const pool = createWorkerPool<ChecksumTask, ChecksumAnswer>(FILE, { workers: 1 })
    try {
      const signal = AbortSignal.abort()
      await assert.rejects(pool.run(taskOf(lines), { signal }), { name: 'AbortError' })
    } finally {
      await pool.close()
    }
  })

  it('refuses a number of workers that is none', () => {
    for (const workers of [0, -1, 1.5]) {
      assert.throws(() => createWorkerPool(FILE, { workers }), RangeError)
    }
  })
})

describe('createWorkerPool() with a task that ends its thread', () => {
  const { at } = useTemporaryDirectory()

  async function writeTask(code: string): Promise<URL> {
    await writeFile(at('task.mjs'), code)
    return pathToFileURL(at('task.mjs'))
  }

  it('is ready when every thread has loaded its task', async () => {
    // Each thread that loads the task leaves a file.
    const file = await writeTask(`
      import { writeFileSync } from 'node:fs'
      import { threadId } from 'node:worker_threads'
      writeFileSync(new URL('thread-' + threadId, import.meta.url), '')
      export default (task) => task`)
    const pool = createWorkerPool<number, number>(file, { workers: 3 })
    try {
      await pool.ready()
      const names = await readdir(at(''))
      assert.equal(names.filter((name) => name.startsWith('thread-')).length, 3)
      assert.equal(await pool.run(1), 1)
    } finally {
      await pool.close()
    }
  })

  it('loads no module of its task with require', async () => {
    // Node 20 aborts the process when a thread ends while it links modules for require.
    const file = await writeTask(`
      import { createRequire } from 'node:module'
      import { fileURLToPath } from 'node:url'
      const { cache } = createRequire(import.meta.url)
      export default () => [fileURLToPath(import.meta.url), Object.keys(cache)]`)
    const pool = createWorkerPool<number, [string, string[]]>(file, { workers: 1 })
    try {
      const [own, required] = await pool.run(1)
      assert.ok(required.length > 0)
      assert.ok(!required.includes(own))
      assert.deepEqual(
        required.filter((path) => !path.includes('piscina')).map((path) => basename(path)),
        ['load-task.cjs'],
      )
    } finally {
      await pool.close()
    }
  })

  it('tells why, and has another thread for the next task', async () => {
    const file = await writeTask('export default (code) => (code === 0 ? 7 : process.exit(code))')
    const pool = createWorkerPool<number, number>(file, { workers: 1 })
    try {
      await assert.rejects(pool.run(3), /exited with code: 3/)
      await assert.rejects(pool.run(4), /exited with code: 4/)
      assert.equal(await pool.run(0), 7)
    } finally {
      await pool.close()
    }
  })

  it('fails every task when the module cannot be loaded', async () => {
    const file = await writeTask(`throw new Error('this module is broken')`)
    const pool = createWorkerPool<number, number>(file, { workers: 2 })
    try {
      await assert.rejects(pool.ready(), /this module is broken/)
      await assert.rejects(pool.run(1), (error: Error) => {
        assert.match(error.message, /^Cannot run a task: a thread of the pool failed$/)
        return error.cause instanceof Error && error.cause.message.includes('broken')
      })
      await assert.rejects(pool.ready(), /a thread of the pool failed/)
    } finally {
      await pool.close()
    }
  })

  it('rejects what is under way when it is closed, and takes no task any more', async () => {
    const file = await writeTask('export default () => new Promise(() => undefined)')
    const pool = createWorkerPool<number, number>(file, { workers: 1 })
    const running = pool.run(1)
    const waiting = pool.run(2)
    const closed = [pool.close(), pool.close()]
    await assert.rejects(running, /the pool is closed/)
    await assert.rejects(waiting, /the pool is closed/)
    await Promise.all(closed)
    await assert.rejects(pool.run(3), /the pool is closed/)
  })

  it('ends the thread of a task that is given up', async () => {
    const file = await writeTask(
      'export default (task) => (task === 1 ? new Promise(() => undefined) : task)',
    )
    const pool = createWorkerPool<number, number>(file, { workers: 1 })
    try {
      await pool.ready()
      const stop = new AbortController()
      const running = pool.run(1, { signal: stop.signal })
      const reason = new Error('enough')
      stop.abort(reason)
      await assert.rejects(running, reason)
      assert.equal(await pool.run(2), 2)
    } finally {
      await pool.close()
    }
  })
})
