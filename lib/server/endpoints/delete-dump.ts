import { answers, fails, pathText } from '../about.js'
import { jsonAnswer } from '../answer.js'
import { defineEndpoint, type Endpoint } from '../endpoint.js'
import { ownerOf } from '../parallel-dump/index.js'
import { textParameter } from '../parameters.js'

interface Input {
  readonly id: string
}

/** `DELETE /_api/dump/{id}`. */
export const deleteDump: Endpoint = defineEndpoint<Input>({
  method: 'DELETE',
  path: '/_api/dump/:id',
  access: 'database-ro',
  about: {
    summary: 'gives a dump up; answers in flight are finished',
    parameters: [pathText('id', 'the dump')],
    statuses: [
      answers(200, '`{error, code}`'),
      fails(403, 11, 'the dump is not of the caller'),
      fails(404, 1600, 'the dump is unknown or has expired'),
    ],
  },

  read: ({ path }) => ({ id: textParameter(path, 'id') ?? '' }),

  answer({ id }, request, { dumps }) {
    dumps.delete(id, ownerOf(request))
    return jsonAnswer({ error: false, code: 200 })
  },
})
