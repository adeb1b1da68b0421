import { body } from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readBody } from '../read-body.js'
import { BAD_TRANSACTION_IDS, FOLLOW_PARAMETERS, FOLLOW_STATUSES } from '../tail-about.js'
import { tailAnswer } from '../tail-answer.js'
import { checkTransactionIds, readTail, type TailRequest } from '../tail-request.js'

/** `PUT /_api/replication/logger-follow`: what `GET` of it answers. */
export const putLoggerFollow: Endpoint = defineEndpoint<TailRequest>({
  method: 'PUT',
  path: '/_api/replication/logger-follow',
  access: 'server',
  about: {
    summary: 'markers of the log of one database, in the older form',
    parameters: [
      ...FOLLOW_PARAMETERS,
      body('array', 'ids of open transactions, which change nothing'),
    ],
    statuses: [...FOLLOW_STATUSES, ...BAD_TRANSACTION_IDS],
  },

  read(request) {
    readBody(request, checkTransactionIds)
    return { ...readTail(request.query), isGlobal: false, waitSeconds: 0 }
  },

  answer: (tail, request, context) => tailAnswer(tail, 'logger', request, context),
})
