import { VelocyPackWriter } from '../../../lib/wire/index.js'
import { ask, type Reply } from './ask.js'
import type { TestLeader } from './test-leader.js'

/** Media types that arangorestore sends. */
export const LINES = { 'content-type': 'application/x-arango-dump' }
/** The same of documents in VelocyPack. */
export const VELOCYPACK = { 'content-type': 'application/x-velocypack' }

/** Calls an endpoint that restores; `command` may have a query. */
export function askRestore(
  { url }: Pick<TestLeader, 'url'>,
  command: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = LINES,
): Promise<Reply> {
  const path = command.startsWith('/') ? command : `/_api/replication/${command}`
  return ask(`${url}${path}`, { method: 'PUT', headers, body })
}

/** Calls an endpoint that restores with a JSON body. */
export function askRestoreJson(
  test: Pick<TestLeader, 'url'>,
  command: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const all = { 'content-type': 'application/json', ...headers }
  return askRestore(test, command, JSON.stringify(body), all)
}

/** The VelocyPack of a JSON text, numbers exact. */
export function velocyPack(text: string): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(text)))
}

/** The message of an error. */
export function messageOf({ body }: Reply): string {
  return String((JSON.parse(body.toString()) as { errorMessage: unknown }).errorMessage)
}
