/*
 * Writes each committed change of a database to an audit log, a line of JSON each. A file that has
 * grown to the limit is closed and compressed, and another one begun. Lines are flushed to the disk
 * before the checkpoint says so; after a crash the last ones may come again, with the same `id`.
 *
 *     TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \
 *       node dist/examples/audit-log.js http://127.0.0.1:8529/_db/shop ./audit 67108864
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { lastValueFrom } from 'rxjs'
import { openRemote, parseAddress } from 'tidemark'
import {
  checkpointTo,
  fileCheckpoint,
  followTail,
  groupTransactions,
  inTurn,
  resumeOnError,
  toChangeEvents,
  type ChangeEvent,
} from 'tidemark/tail'

const [url = '', directory = './audit', bytesMax = 64 * 1024 * 1024] = process.argv.slice(2)
const address = parseAddress(url)
if (address.kind !== 'remote') throw new TypeError('The first argument is not the URL of a server')
const { TIDEMARK_USERNAME: username, TIDEMARK_PASSWORD: password } = process.env
const newest = join(directory, 'audit.jsonl')

async function compress(closed: string): Promise<void> {
  const output = createWriteStream(`${closed}.gz`, { flush: true })
  await pipeline(createReadStream(closed), createGzip(), output)
  await rm(closed)
}

await mkdir(directory, { recursive: true })
for (const name of await readdir(directory)) {
  // Closed, and not compressed when a crash came.
  if (/^audit-\d+\.jsonl$/.test(name)) await compress(join(directory, name))
}
let file = await open(newest, 'a')
let { size } = await file.stat()
// A crash may have cut the last line, which comes again as a whole.
if (size > 0) await file.appendFile('\n')

// The checkpoint is saved while further lines come, and maybe another file.
let turn: Promise<void> = Promise.resolve()
function inOrder(work: () => Promise<void>): Promise<void> {
  return (turn = turn.then(work))
}

async function write({ id, tick, kind, collection, key, document }: ChangeEvent): Promise<void> {
  const head = JSON.stringify({ id, at: new Date(), kind, collection, key })
  // The document's own text: large numbers stay what they are.
  const line =
    document === undefined ? head : `${head.slice(0, -1)},"document":${document.toString()}}`
  await file.appendFile(`${line}\n`)
  size += Buffer.byteLength(line) + 1
  if (size < Number(bytesMax)) return
  await file.sync()
  await file.close()
  const closed = join(directory, `audit-${tick}.jsonl`)
  await rename(newest, closed)
  await compress(closed)
  file = await open(newest, 'a')
  size = 0
}

const checkpoint = fileCheckpoint(join(directory, 'checkpoint.json'))
const from = (await checkpoint.load()) ?? 'start'
const written$ = followTail(openRemote(address, { username, password }), { from }).pipe(
  resumeOnError({
    onNotice({ message }) {
      console.warn(message)
    },
  }),
  groupTransactions(typeof from === 'string' ? {} : { after: from }),
  toChangeEvents(),
  inTurn((event) => inOrder(() => write(event))),
  checkpointTo({
    save: async (position) => {
      await inOrder(() => file.sync())
      await checkpoint.save(position)
      console.log(`saved up to ${position.tick}`)
    },
  }),
)
await lastValueFrom(written$)
