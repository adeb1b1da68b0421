import { body } from '../about.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { readBody } from '../read-body.js'
import { BAD_TRANSACTION_IDS, TAIL_PARAMETERS, TAIL_STATUSES } from '../tail-about.js'
import { tailAnswer } from '../tail-answer.js'
import { checkTransactionIds, readTail, type TailRequest } from '../tail-request.js'

/** `PUT /_api/wal/tail`, as followers ask: what `GET` of it answers. */
export const putWalTail: Endpoint = defineEndpoint<TailRequest>({
  method: 'PUT',
  path: '/_api/wal/tail',
  access: 'server',
  about: {
    summary: 'markers of the log, as followers ask for them',
    parameters: [
      ...TAIL_PARAMETERS,
      body('array', 'ids of open transactions, which change nothing'),
    ],
    statuses: [...TAIL_STATUSES, ...BAD_TRANSACTION_IDS],
  },

  read(request) {
    readBody(request, checkTransactionIds)
    return readTail(request.query)
  },

  answer: (tail, request, context) => tailAnswer(tail, 'wal', request, context),
})
