import { ERROR_NUMBER } from '../../wire/index.js'
import { RequestError } from '../request-error.js'

/** 400 with 1700. */
export function invalidUserName(): RequestError {
  return new RequestError(400, ERROR_NUMBER.userNameInvalid, 'invalid user name')
}

/** 409 with 1702. */
export function duplicateUser(): RequestError {
  return new RequestError(409, ERROR_NUMBER.duplicateUser, 'duplicate user')
}

/** 404 with 1703. */
export function userNotFound(): RequestError {
  return new RequestError(404, ERROR_NUMBER.userNotFound, 'user not found')
}
