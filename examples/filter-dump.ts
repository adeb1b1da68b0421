/*
 * Leaves out of a compressed dump file the documents whose key begins with a prefix. Everything else
 * stays as it is, byte for byte.
 *
 *     node dist/examples/filter-dump.js people.data.json.gz kept.data.json.gz test-
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { createChunker, filterEntries, formatChunks } from 'tidemark/streams'

const BLOCK_BYTES = 256 * 1024
const [input, output, prefix] = process.argv.slice(2)

if (input === undefined || output === undefined || prefix === undefined) {
  console.error('usage: filter-dump INPUT.gz OUTPUT.gz PREFIX')
  process.exitCode = 2
} else {
  await pipeline(
    createReadStream(input, { highWaterMark: BLOCK_BYTES }),
    createGunzip({ chunkSize: BLOCK_BYTES }),
    createChunker({ source: input }),
    filterEntries(({ key }) => !key.startsWith(prefix)),
    formatChunks(),
    createGzip(),
    createWriteStream(output),
  )
}
