/*
 * What the leader is measured against, in a process of its own: a plain node:http server that holds
 * the leader's answers in memory and streams them in blocks.
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CHUNK_BYTES } from '../../lib/core/index.js'
import { parseReplicationHeaders, REPLICATION_HEADER } from '../../lib/wire/index.js'

/** Which answers to hold. */
export interface HoldTask {
  readonly origin: string
  /** Path and query of each dump, but for `from`. */
  readonly paths: readonly string[]
}

interface HeldAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const answers = new Map<string, HeldAnswer>()

process.once('message', (task: HoldTask) => {
  void hold(task).then(serve)
})
process.once('disconnect', () => process.exit())

async function hold({ origin, paths }: HoldTask): Promise<void> {
  for (const path of paths) {
    let from = '0'
    for (let isMore = true; isMore;) {
      const url = `${path}&from=${from}`
      const response = await fetch(origin + url)
      const headers = Object.fromEntries(response.headers)
      answers.set(url, {
        headers: ofDump(headers),
        body: Buffer.from(await response.arrayBuffer()),
      })
      const { checkMore, lastIncluded } = parseReplicationHeaders(headers)
      from = String(lastIncluded)
      isMore = checkMore === true
    }
  }
}

function ofDump(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = ['content-type', 'content-length', ...Object.values(REPLICATION_HEADER)]
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))
}

async function serve(): Promise<void> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answers.get(url)
    if (answer === undefined) response.writeHead(404).end()
    else void stream(answer, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

async function stream({ headers, body }: HeldAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(200, headers)
  for (let start = 0; start < body.length; start += CHUNK_BYTES) {
    if (!response.write(body.subarray(start, start + CHUNK_BYTES))) await once(response, 'drain')
  }
  response.end()
}
