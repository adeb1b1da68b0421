import assert from 'node:assert/strict'
import { parseReplicationHeaders, parseMarkerLine, type Marker } from '../../../lib/wire/index.js'
import { ask, type AskOptions, type Reply } from './ask.js'

/** Parameters of a URL. */
export type Query = Readonly<Record<string, string | number | bigint | boolean>>

/** Asks for `/_api/wal/tail`, or what else `path` names. */
export function askTail(
  url: string,
  query: Query = {},
  { path = '/_api/wal/tail', ...options }: AskOptions & { readonly path?: string } = {},
): Promise<Reply> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) search.append(name, String(value))
  return ask(`${url}${path}?${search.toString()}`, options)
}

/** The markers of a tail, after the status and the headers were held against them. */
export function markersOf(reply: Reply): Marker[] {
  const lines = reply.body.toString().split('\n')
  assert.equal(lines.pop(), '')
  const markers = lines.map((line) => parseMarkerLine(Buffer.from(line)))
  assert.equal(reply.status, markers.length === 0 ? 204 : 200)
  assert.equal(reply.headers['content-type'], 'application/x-arango-dump')
  const { lastIncluded } = parseReplicationHeaders(reply.headers)
  assert.equal(lastIncluded, markers.at(-1)?.tick ?? 0n)
  return markers
}

/** Asks again and again from where the answer before ended, as long as there is more. */
export async function askWholeTail(url: string, query: Query = {}): Promise<readonly Reply[]> {
  const replies: Reply[] = []
  let from = BigInt(query['from'] ?? 0)
  for (;;) {
    const reply = await askTail(url, { ...query, from })
    replies.push(reply)
    const { lastIncluded, checkMore } = parseReplicationHeaders(reply.headers)
    if (checkMore !== true) return replies
    assert.ok(lastIncluded !== undefined && lastIncluded > from)
    from = lastIncluded
  }
}
