import { answers } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { JOB_ID, ownerOf, UNKNOWN_JOB, unknownJob } from '../jobs/index.js'
import { textParameter } from '../parameters.js'

/** `PUT /_api/job/{id}/cancel`: its answer is then an error. */
export const putJobCancel: Endpoint = defineEndpoint<string>({
  method: 'PUT',
  path: '/_api/job/:id/cancel',
  access: 'known',
  about: {
    summary: 'ends the work on a request that is to be answered later',
    parameters: [JOB_ID],
    statuses: [answers(200, '`{result: true}`'), UNKNOWN_JOB],
  },
  read: ({ path }) => textParameter(path, 'id') ?? '',

  answer(id, { caller }, { jobs }) {
    if (!jobs.cancel(id, ownerOf(caller))) throw unknownJob()
    return jsonAnswer({ result: true })
  },
})
