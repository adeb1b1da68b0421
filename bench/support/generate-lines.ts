import { Readable } from 'node:stream'
import { encodeRevision, revision } from '../../lib/values/index.js'

const FIRST_KEY = 100_000
const FIRST_REVISION = 1_751_385_509_477_744_643n
const TEXT = 'The quick brown fox jumps over the lazy dog. '

/**
 * Makes lines of bare documents as arangodump writes them: a customer with a dozen flat attributes
 * and a note that fills the line up.
 *
 * @param lineBytes - bytes of each line with its newline, at least 300
 * @param first - number of the first line; keys and revisions follow it
 * @param revisionOf - the revision of a line; by default they follow each other
 */
export function generateLines(
  lineCount: number,
  lineBytes: number,
  first = 0,
  revisionOf: (index: number) => bigint = (index) => FIRST_REVISION + BigInt(index),
): Buffer {
  const body = Buffer.allocUnsafe(lineCount * lineBytes)
  const note = TEXT.repeat(Math.ceil(lineBytes / TEXT.length))
  for (let index = 0; index < lineCount; index += 1) {
    const head = documentHead(first + index, revisionOf(first + index))
    const line = `${head}${note.slice(0, lineBytes - head.length - '"}\n'.length)}"}\n`
    body.write(line, index * lineBytes, 'latin1')
  }
  return body
}

function documentHead(index: number, rawRevision: bigint): string {
  const key = FIRST_KEY + index
  const rev = encodeRevision(revision(rawRevision))
  return (
    `{"_key":"${key}","_id":"customers/${key}","_rev":"${rev}",` +
    `"name":"Customer ${index}","email":"customer${index}@example.com","country":"DE",` +
    `"active":${index % 3 !== 0},"balance":${(index * 7) % 10_007},` +
    `"createdAt":"2018-10-17T08:14:33Z","note":"`
  )
}

/** A stream of the bytes in blocks of one size, as a file would give them, but from memory. */
export function readBlocks(body: Buffer, blockBytes: number): Readable {
  let offset = 0
  return new Readable({
    highWaterMark: blockBytes,
    read() {
      if (offset >= body.length) {
        this.push(null)
        return
      }
      this.push(body.subarray(offset, offset + blockBytes))
      offset += blockBytes
    },
  })
}
