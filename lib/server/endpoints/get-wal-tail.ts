import { answers, queryFlag } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { TAIL_PARAMETERS, TAIL_STATUSES } from '../tail-about.js'
import { assertMayTail, tailAnswer } from '../tail-answer.js'
import { readTail, type TailRequest } from '../tail-request.js'

interface Input {
  readonly tail: TailRequest
  /** Only tell that the client is there. */
  readonly isTrackOnly: boolean
}

/**
 * `GET /_api/wal/tail`: markers of the log above `from` and up to `to`, of the database or, global, of
 * all; the headers are those of {@link tailAnswer}.
 *
 * chunkSize prefers whole transactions; `to` cuts them. A client that tells who it is is tracked: the log
 * above `from` is kept for it.
 */
export const getWalTail: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/wal/tail',
  access: 'server',
  about: {
    summary: 'markers of the log',
    parameters: [
      ...TAIL_PARAMETERS,
      queryFlag('trackOnly', 'only say that the client is there', false),
    ],
    statuses: [...TAIL_STATUSES, answers(200, '`{error, code}` with `trackOnly`')],
  },

  read: ({ query }) => ({
    tail: readTail(query),
    isTrackOnly: booleanParameter(query, 'trackOnly') ?? false,
  }),

  async answer({ tail, isTrackOnly }, request, context) {
    if (isTrackOnly) {
      assertMayTail(tail, request)
      await context.retention.track(tail.client, request.database.name, tail.from)
      return jsonAnswer({ error: false, code: 200 })
    }
    return tailAnswer(tail, 'wal', request, context)
  },
})
