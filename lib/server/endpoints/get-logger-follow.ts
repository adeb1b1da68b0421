import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { FOLLOW_PARAMETERS, FOLLOW_STATUSES } from '../tail-about.js'
import { tailAnswer } from '../tail-answer.js'
import { readTail, type TailRequest } from '../tail-request.js'

/**
 * `GET /_api/replication/logger-follow`: the older `wal/tail` of one database, with the header active.
 *
 * Markers have `database`, `cid` and `cname`; all else is that of `wal/tail`.
 */
export const getLoggerFollow: Endpoint = defineEndpoint<TailRequest>({
  method: 'GET',
  path: '/_api/replication/logger-follow',
  access: 'server',
  about: {
    summary: 'markers of the log of one database, in the older form',
    parameters: FOLLOW_PARAMETERS,
    statuses: FOLLOW_STATUSES,
  },
  read: ({ query }) => ({ ...readTail(query), isGlobal: false, waitSeconds: 0 }),
  answer: (tail, request, context) => tailAnswer(tail, 'logger', request, context),
})
