import assert from 'node:assert/strict'
import { createWorkerPool } from '../../lib/pool/index.js'
import { chunkOf } from '../support/chunk.js'
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
