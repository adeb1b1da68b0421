import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readBody } from '../read-body.js'
import { tailAnswer } from '../tail-answer.js'
import { checkTransactionIds, readTail, type TailRequest } from '../tail-request.js'

/**
 * `PUT /_api/wal/tail` with an array of transaction ids, as followers ask: what `GET` of it answers.
 *
 * 400 besides for a body that is no such array.
 */
export const putWalTail: Endpoint = defineEndpoint<TailRequest>({
  method: 'PUT',
  path: '/_api/wal/tail',
  access: 'server',

  read(request) {
    readBody(request, checkTransactionIds)
    return readTail(request.query)
  },

  answer: (tail, request, context) => tailAnswer(tail, 'wal', request, context),
})
