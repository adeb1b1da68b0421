import { setTimeout as delay } from 'node:timers/promises'
import type { BatchSession } from './batch-session.js'
import type { RemoteAnswer } from './remote-answer.js'
import type { RemoteRequest } from './remote-connection.js'
import { RemoteAnswerError } from './remote-error.js'

const LATER = { 'x-arango-async': 'store' } as const
const ID_HEADER = 'x-arango-async-id'
const ACCEPTED = 202
/** How long to wait before asking again, by how long it was waited already (client notes, 2.2). */
const DELAYS: readonly (readonly [waitedMs: number, delayMs: number])[] = [
  [1000, 100],
  [5000, 200],
  [20_000, 500],
  [60_000, 1000],
]
const DELAY_MS_MAX = 2000

/**
 * Sends a request that the server may answer later, so that no connection has to be silent for long, and
 * asks for the answer until it is there; the batch lives on meanwhile. A server that answers at once does.
 *
 * @throws RemoteError; a RemoteAnswerError when the server tells no job
 */
export async function askLater<Result>(
  session: BatchSession,
  request: RemoteRequest,
  read: (answer: RemoteAnswer) => Promise<Result>,
): Promise<Result> {
  const { connection } = session
  const first = await connection.exchange({ ...request, headers: LATER }, async (answer) => {
    if (answer.status !== ACCEPTED) return { result: await read(answer) }
    await answer.finish()
    return { id: idOf(answer) }
  })
  if ('result' in first) return first.result
  const { id } = first
  if (id === undefined) {
    const place = { task: request.task, address: connection.address }
    throw new RemoteAnswerError(place, `the header ${ID_HEADER} is missing`)
  }
  const { task, signal } = request
  const poll = { task, method: 'PUT', path: `/_api/job/${id}`, repeat: 'unsent', signal } as const
  for (let waitedMs = 0; ;) {
    // What is not known any more may be the job: that has to be told as it is.
    await session.use(task, () => Promise.resolve())
    const polled = await connection.exchange(poll, async (answer) => {
      if (idOf(answer) !== undefined) return { result: await read(answer) }
      await answer.finish()
      return undefined
    })
    if (polled !== undefined) return polled.result
    const delayMs = delayAfter(waitedMs)
    await delay(delayMs, undefined, signal === undefined ? {} : { signal })
    waitedMs += delayMs
  }
}

function idOf({ headers }: RemoteAnswer): string | undefined {
  const id = headers[ID_HEADER]
  return typeof id === 'string' && id !== '' ? id : undefined
}

function delayAfter(waitedMs: number): number {
  return DELAYS.find(([limitMs]) => waitedMs < limitMs)?.[1] ?? DELAY_MS_MAX
}
