import { fails, pathText, type ParameterAbout, type StatusAbout } from '../about.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError } from '../request-error.js'

/** A job, in the path. */
export const JOB_ID: ParameterAbout = pathText('id', 'what `x-arango-async-id` told')

/** What endpoints about one job answer. */
export const UNKNOWN_JOB: StatusAbout = fails(
  404,
  404,
  'the job is unknown, somebody else’s, or was fetched',
)

/** 404 with 404. */
export function unknownJob(): RequestError {
  return new RequestError(404, ERROR_NUMBER.httpNotFound, 'not found')
}
