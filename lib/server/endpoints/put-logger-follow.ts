import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readBody } from '../read-body.js'
import { tailAnswer } from '../tail-answer.js'
import { checkTransactionIds, readTail, type TailRequest } from '../tail-request.js'

/**
 * `PUT /_api/replication/logger-follow` with an array of transaction ids: what `GET` of it answers.
 *
 * 400 besides for a body that is no such array.
 */
export const putLoggerFollow: Endpoint = defineEndpoint<TailRequest>({
  method: 'PUT',
  path: '/_api/replication/logger-follow',
  access: 'server',

  read(request) {
    readBody(request, checkTransactionIds)
    return { ...readTail(request.query), isGlobal: false, waitSeconds: 0 }
  },

  answer: (tail, request, context) => tailAnswer(tail, 'logger', request, context),
})
