import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import { createMerklePool } from '../../lib/merkle/index.js'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { withDumpFile, type BenchFile } from './dump-file.js'

const BYTES = 200e6
const OPTIONS = { rounds: 7, roundMs: 0 }

/** Compares a gzipped dump file as a tree, in one worker, with inflating it alone. */
export async function compareGzip(): Promise<readonly Ratio[]> {
  return withDumpFile('customers.data.json.gz', BYTES, async (file) => {
    const pool = createMerklePool({ workers: 1 })
    const build = async (): Promise<number> => (await pool.buildFromFiles([file.path])).count
    try {
      assert.equal(await build(), file.lines)
      assert.equal(await inflate(file), file.bytes)
      const goal = { name: '.gz to tree: gunzip alone', bar: 0.85 }
      return [await compareSpeed(goal, build, () => inflate(file), OPTIONS)]
    } finally {
      await pool.close()
    }
  })
}

async function inflate({ path }: BenchFile): Promise<number> {
  let bytes = 0
  const count = new Writable({
    highWaterMark: 4 * CHUNK_BYTES,
    write(block: Buffer, _encoding, done) {
      bytes += block.length
      done()
    },
  })
  await pipeline(
    createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    createGunzip({ chunkSize: CHUNK_BYTES }),
    count,
  )
  return bytes
}
