import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { tailAnswer } from '../tail-answer.js'
import { readTail, type TailRequest } from '../tail-request.js'

/**
 * `GET /_api/replication/logger-follow`: the older `wal/tail` of one database, with its parameters
 * but for `global`, `trackOnly` and `wait`, and with the header active.
 *
 * Markers have `database`, `cid` and `cname`; statuses and all else are those of `wal/tail`.
 */
export const getLoggerFollow: Endpoint = defineEndpoint<TailRequest>({
  method: 'GET',
  path: '/_api/replication/logger-follow',
  access: 'server',
  read: ({ query }) => ({ ...readTail(query), isGlobal: false, waitSeconds: 0 }),
  answer: (tail, request, context) => tailAnswer(tail, 'logger', request, context),
})
