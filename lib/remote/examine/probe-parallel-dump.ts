import type { RemoteAnswer } from '../remote-answer.js'
import type { ProbedBatch } from './probed-batch.js'
import type { Outcome, Prober } from './prober.js'

/** Whether a server can give several parts of a dump at one time. */
export interface ParallelDumpProbes {
  /** Whether the dump was of the moment of the batch; undefined where there is no collection. */
  readonly start: Outcome<boolean> | undefined
}

const DUMP_PATH = '/_api/dump'
const ID_HEADER = 'x-arango-dump-id'
/** Told by a leader that dumps the batch that the query names, which others pass over. */
const BATCH_HEADER = 'x-tidemark-batch'
/** The smallest that servers take (server notes, 10), so that next to nothing is prepared. */
const SMALLEST = {
  batchSize: 4096,
  docsPerBatch: 10,
  parallelism: 1,
  prefetchCount: 1,
  ttl: 10,
} as const

/** Begins a parallel dump of one collection, of which nothing is fetched, and ends it. */
export async function probeParallelDump(
  prober: Prober,
  { query, collections }: ProbedBatch,
): Promise<ParallelDumpProbes> {
  const [collection] = collections
  if (collection === undefined) return { start: undefined }
  const { batchId = '' } = query
  const question = {
    task: 'begin a parallel dump',
    method: 'POST',
    path: `${DUMP_PATH}/start`,
    query: { batchId },
    body: JSON.stringify({ ...SMALLEST, shards: [collection.name] }),
  } as const
  let id = ''
  const start = await prober.ask(question, async (answer) => {
    id = headerOf(answer, ID_HEADER)
    await answer.finish()
    return headerOf(answer, BATCH_HEADER) === batchId
  })
  if (id !== '') await endDump(prober, id)
  return { start }
}

/** What cannot be ended ends with its ttl. */
async function endDump(prober: Prober, id: string): Promise<void> {
  const path = `${DUMP_PATH}/${encodeURIComponent(id)}`
  await prober.ask({ task: 'end a parallel dump', method: 'DELETE', path }, (answer) =>
    answer.finish(),
  )
}

function headerOf({ headers }: RemoteAnswer, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
