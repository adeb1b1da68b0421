import { JsonWriter, VelocyPackWriter } from '../../../lib/wire/index.js'
import { ask, askJson, type AskOptions, type Reply } from './ask.js'

/** Opens a batch and gives its id. */
export async function openBatch(url: string, ttlSeconds = 0): Promise<string> {
  const body = JSON.stringify({ ttl: ttlSeconds })
  const { value } = await askJson(`${url}/_api/replication/batch`, { method: 'POST', body })
  return String(value['id'])
}

/** Asks for a dump with these parameters. */
export function askDump(
  url: string,
  parameters: Readonly<Record<string, string | number>>,
  options: AskOptions = {},
): Promise<Reply> {
  return ask(dumpUrl(url, parameters), options)
}

/** The URL of a dump with these parameters. */
export function dumpUrl(
  url: string,
  parameters: Readonly<Record<string, string | number>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) query.append(name, String(value))
  return `${url}/_api/replication/dump?${query.toString()}`
}

/** The lines of a body, without their newlines. */
export function linesOf({ body }: Pick<Reply, 'body'>): string[] {
  return body.toString().split('\n').slice(0, -1)
}

/** The headers of a dump, in short. */
export function dumpHeaders({ status, headers }: Reply): readonly [number, unknown, unknown] {
  return [
    status,
    headers['x-arango-replication-checkmore'],
    headers['x-arango-replication-lastincluded'],
  ]
}

/** The header of a client that wants VelocyPack. */
export const WANTS_VELOCYPACK = { accept: 'application/x-velocypack' }

/** Asks for `revisions/<command>` with these parameters. */
export function askRevisions(
  url: string,
  command: 'tree' | 'ranges' | 'documents',
  parameters: Readonly<Record<string, string | number | boolean>>,
  options: AskOptions = {},
): Promise<Reply> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) query.append(name, String(value))
  return ask(`${url}/_api/replication/revisions/${command}?${query.toString()}`, options)
}

/** The value of a VelocyPack body, by way of JSON. */
export function velocyPackValue({ body }: Pick<Reply, 'body'>): unknown {
  return JSON.parse(new JsonWriter().write(body).toString())
}

/** A value as VelocyPack. */
export function toVelocyPack(value: unknown): Buffer {
  return new VelocyPackWriter().write(Buffer.from(JSON.stringify(value)))
}
