import { answers, header } from '../about.js'
import type { Caller } from '../auth/index.js'
import { unreachable } from '../../core/index.js'
import type { Endpoint } from '../endpoint.js'

/** Says that an answer shall be kept. */
const ASYNC_HEADER = 'x-arango-async'
/** Tells the id of a job, and marks its answer. */
export const ASYNC_ID_HEADER = 'x-arango-async-id'

/**
 * An endpoint that answers later where the request has `x-arango-async: store`: at once it answers 202
 * with the id of a job, whose answer `PUT /_api/job/{id}` gives.
 */
export function storable(endpoint: Endpoint): Endpoint {
  const { about } = endpoint
  return {
    ...endpoint,
    about: {
      ...about,
      parameters: [
        ...about.parameters,
        header(ASYNC_HEADER, '`store`: answer later, through `/_api/job`'),
      ],
      statuses: [
        ...about.statuses,
        answers(202, 'later; header `x-arango-async-id` tells the job'),
      ],
    },
    handle(request, context) {
      if (request.headers[ASYNC_HEADER] !== 'store') return endpoint.handle(request, context)
      const id = context.jobs.begin(ownerOf(request.caller), (signal) =>
        endpoint.handle({ ...request, signal }, context),
      )
      const headers = { [ASYNC_ID_HEADER]: id }
      return Promise.resolve({ kind: 'whole', status: 202, headers, body: Buffer.alloc(0) })
    },
  }
}

/** Whose jobs are whose: callers of one name have the same. */
export function ownerOf(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return `user ${caller.name}`
    case 'anybody':
    case 'nobody':
    case 'superuser':
      return caller.kind
    default:
      return unreachable(caller, 'caller')
  }
}
