import { answers, pathText, queryNumber } from '../about.js'
import { emptyAnswer, jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ownerOf, UNKNOWN_JOB, unknownJob } from '../jobs/index.js'
import { numberParameter, textParameter } from '../parameters.js'

const LIST_COUNT = 100n

interface Input {
  readonly id: string
  /** Ids in a list; 0 is as good as none. */
  readonly count: bigint
}

/** `GET /_api/job/{id}`, and `GET /_api/job/pending` and `/done`. */
export const getJob: Endpoint = defineEndpoint<Input>({
  method: 'GET',
  path: '/_api/job/:id',
  access: 'known',
  about: {
    summary: 'tells whether a request is answered, or which ones are, or are not',
    parameters: [
      pathText('id', 'what `x-arango-async-id` told; `done` or `pending` for a list'),
      queryNumber('count', 'ids in a list', Number(LIST_COUNT)),
    ],
    statuses: [
      answers(200, 'nothing: it is answered; or the list of ids'),
      answers(204, 'it is not answered yet'),
      UNKNOWN_JOB,
    ],
  },

  read: ({ path, query }) => ({
    id: textParameter(path, 'id') ?? '',
    count: numberParameter(query, 'count') ?? LIST_COUNT,
  }),

  answer({ id, count }, { caller }, { jobs }) {
    const owner = ownerOf(caller)
    if (id === 'done' || id === 'pending') {
      const most = count === 0n ? LIST_COUNT : count
      return jsonAnswer(jobs.list(owner, id).slice(0, Number(most)))
    }
    const state = jobs.state(id, owner)
    if (state === undefined) throw unknownJob()
    if (state === 'pending') return emptyAnswer()
    return { kind: 'whole', status: 200, headers: {}, body: Buffer.alloc(0) }
  },
})
