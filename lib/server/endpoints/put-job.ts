import { answers } from '../about.js'
import { emptyAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ASYNC_ID_HEADER, JOB_ID, ownerOf, UNKNOWN_JOB, unknownJob } from '../jobs/index.js'
import { textParameter } from '../parameters.js'

/** `PUT /_api/job/{id}`: the answer of the request itself, marked by a header; only once. */
export const putJob: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/job/:id',
  access: 'known',
  about: {
    summary: 'fetches the answer of a request that was to be answered later',
    parameters: [JOB_ID],
    statuses: [
      answers(200, "or another status: the request's own, with the header `x-arango-async-id`"),
      answers(204, 'it is not answered yet'),
      UNKNOWN_JOB,
    ],
  },
  read: ({ path }) => textParameter(path, 'id') ?? '',

  answer(id, { caller }, { jobs }) {
    const owner = ownerOf(caller)
    const state = jobs.state(id, owner)
    if (state === undefined) throw unknownJob()
    const answer = jobs.take(id, owner)
    if (answer === undefined) return emptyAnswer()
    return { ...answer, headers: { ...answer.headers, [ASYNC_ID_HEADER]: id } }
  },
})
