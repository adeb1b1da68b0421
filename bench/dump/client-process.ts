/*
 * The client, in a process of its own: reads a dump to its end and throws the bytes away. It asks the
 * leader and the plain server in the same way, and goes on as their headers say.
 */
import { createHash, type Hash } from 'node:crypto'
import { Pool } from 'undici'
import { parseReplicationHeaders, type ReplicationHeaders } from '../../lib/wire/index.js'

/** What the client is to read. */
export interface ReadTask {
  readonly origin: string
  /** Path and query of the dump, but for `from`. */
  readonly path: string
  /** Also hash the bytes. */
  readonly withHash: boolean
}

/** What the client has read. */
export interface ReadResult {
  readonly bytes: number
  /** SHA-256 in hexadecimal, if it was asked for. */
  readonly hash: string | undefined
}

const pools = new Map<string, Pool>()

process.on('message', (task: ReadTask) => {
  void readDump(task).then((result) => process.send?.(result))
})

async function readDump({ origin, path, withHash }: ReadTask): Promise<ReadResult> {
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 1 })
  pools.set(origin, pool)
  const hash = withHash ? createHash('sha256') : undefined
  let bytes = 0
  let from = '0'
  for (let isMore = true; isMore;) {
    const answer = await readChunk(pool, `${path}&from=${from}`, hash)
    bytes += answer.bytes
    from = String(answer.headers.lastIncluded)
    isMore = answer.headers.checkMore === true
  }
  return { bytes, hash: hash?.digest('hex') }
}

async function readChunk(
  pool: Pool,
  path: string,
  hash: Hash | undefined,
): Promise<{ readonly bytes: number; readonly headers: ReplicationHeaders }> {
  const { statusCode, headers, body } = await pool.request({ path, method: 'GET' })
  if (statusCode !== 200) throw new Error(`Cannot read a dump: status ${statusCode}`)
  let bytes = 0
  for await (const block of body as AsyncIterable<Buffer>) {
    bytes += block.length
    hash?.update(block)
  }
  return { bytes, headers: parseReplicationHeaders(headers) }
}
