import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { booleanParameter } from '../parameters.js'
import { assertMayTail, tailAnswer } from '../tail-answer.js'
import { readTail, type TailRequest } from '../tail-request.js'

interface Input {
  readonly tail: TailRequest
  /** Only tell that the client is there. */
  readonly isTrackOnly: boolean
}

/**
 * `GET /_api/wal/tail[?from=0][&to=][&global=false][&collection=][&includeSystem=true]
 * [&includeFoxxQueues=false][&chunkSize=1048576][&wait=0][&serverId=][&syncerId=][&clientInfo=]
 * [&trackOnly=false]`: markers of the log above `from` and up to `to`, of the database or, global,
 * of all.
 *
 * 200 with lines, or 204; the headers are those of {@link tailAnswer}. chunkSize is 16 KiB at least
 * and prefers whole transactions; `to` cuts them. With `wait` (an extension) the answer waits so
 * many seconds, 60 at most, for a first marker. A client that tells who it is is tracked: the log
 * above `from` is kept for it. With trackOnly that is all, and the answer 200 `{error, code}`. 400
 * for `from` above `to`, a `to` of 0 and a bad `syncerId`, 403 for a global tail outside `_system`,
 * 404 for an unknown collection.
 */
export const getWalTail: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/wal/tail',
  access: 'server',

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
