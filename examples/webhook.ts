/*
 * Posts each committed change of a database to a webhook, one after the other: changes of a key arrive
 * in their order. What is refused is sent again, at growing intervals, until it is taken; only then
 * does the checkpoint move on. After a crash the last change may come twice: its `id` is the same.
 *
 *     TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \
 *       node dist/examples/webhook.js http://127.0.0.1:8529/_db/shop http://127.0.0.1:3000/changes
 */
import pRetry from 'p-retry'
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

const [url = '', webhook = '', file = './webhook.json', begin] = process.argv.slice(2)
const address = parseAddress(url)
if (address.kind !== 'remote') throw new TypeError('The first argument is not the URL of a server')
const { TIDEMARK_USERNAME: username, TIDEMARK_PASSWORD: password } = process.env
const warn = ({ message }: { message: string }): void => {
  console.warn(message)
}

async function post({ id, kind, collection, key, document }: ChangeEvent): Promise<void> {
  const head = JSON.stringify({ id, kind, collection, key })
  // The document's own text: large numbers stay what they are.
  const body =
    document === undefined ? head : `${head.slice(0, -1)},"document":${document.toString()}}`
  const headers = { 'content-type': 'application/json', 'idempotency-key': id }
  const response = await fetch(webhook, { method: 'POST', headers, body })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${id}: the webhook answered ${response.status}`)
}

const checkpoint = fileCheckpoint(file)
const from = (await checkpoint.load()) ?? (begin === 'start' ? 'start' : 'now')
const posted$ = followTail(openRemote(address, { username, password }), { from }).pipe(
  resumeOnError({ onNotice: warn }),
  groupTransactions(typeof from === 'string' ? {} : { after: from }),
  toChangeEvents(),
  inTurn((event) => {
    const onFailedAttempt = ({ error }: { error: Error }): void => {
      warn(error)
    }
    return pRetry(() => post(event), { retries: 1000, maxTimeout: 60_000, onFailedAttempt })
  }),
  checkpointTo(checkpoint),
)
await lastValueFrom(posted$)
