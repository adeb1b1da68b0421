import { answers, fails, pathText, queryNumber } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ownerOf, UNKNOWN_JOB, unknownJob } from '../jobs/index.js'
import { numberParameter, textParameter } from '../parameters.js'
import { badRequest } from '../request-error.js'

interface Input {
  readonly id: string
  /** Unix time in seconds. */
  readonly stamp: bigint | undefined
}

/** `DELETE /_api/job/{id}`, and `DELETE /_api/job/all` and `/expired`. */
export const deleteJob: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/job/:id',
  access: 'known',
  about: {
    summary: 'forgets requests that were to be answered later, and ends the work on them',
    parameters: [
      pathText('id', 'what `x-arango-async-id` told; `all`, or `expired` with `stamp`'),
      queryNumber('stamp', 'of `expired`: Unix time, in seconds, up to which they were answered'),
    ],
    statuses: [
      answers(200, '`{result: true}`'),
      fails(400, 400, '`expired` without `stamp`'),
      UNKNOWN_JOB,
    ],
  },

  read: ({ path, query }) => ({
    id: textParameter(path, 'id') ?? '',
    stamp: numberParameter(query, 'stamp'),
  }),

  answer({ id, stamp }, { caller }, { jobs }) {
    const owner = ownerOf(caller)
    if (id === 'all') jobs.deleteAll(owner)
    else if (id === 'expired') {
      if (stamp === undefined) throw badRequest('bad parameter: stamp is missing')
      jobs.deleteAll(owner, Number(stamp))
    } else if (!jobs.delete(id, owner)) throw unknownJob()
    return jsonAnswer({ result: true })
  },
})
