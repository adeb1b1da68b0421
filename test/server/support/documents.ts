import { ask, type AskOptions, type Reply } from './ask.js'
import type { TestLeader } from './test-leader.js'

/** Asks for `/_api/document/<path>`; `path` holds the query too. */
export function askDocument(
  { url }: Pick<TestLeader, 'url'>,
  method: string,
  path: string,
  options: Omit<AskOptions, 'method' | 'body'> & { readonly body?: unknown } = {},
): Promise<Reply> {
  const { body, ...rest } = options
  const isText = Buffer.isBuffer(body) || typeof body === 'string'
  const text = isText ? body : JSON.stringify(body)
  if (body === undefined) return ask(`${url}/_api/document/${path}`, { ...rest, method })
  // Node says no length of the body of a DELETE by itself.
  const length = { 'content-length': String(Buffer.byteLength(text)) }
  const isChunked = rest.headers?.['transfer-encoding'] !== undefined
  const headers = { ...rest.headers, ...(isChunked ? {} : length) }
  return ask(`${url}/_api/document/${path}`, { ...rest, headers, method, body: text })
}

/** The JSON value of a body. */
export function valueOf({ body }: Pick<Reply, 'body'>): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>
}

/** The JSON array of a body. */
export function itemsOf({ body }: Pick<Reply, 'body'>): Record<string, unknown>[] {
  return JSON.parse(body.toString()) as Record<string, unknown>[]
}
