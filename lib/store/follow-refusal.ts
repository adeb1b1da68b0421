import { ERROR_NUMBER } from '../wire/index.js'

/** Why a marker cannot be applied; whoever knows the marker makes a `FollowError` of it. */
export class FollowRefusal extends Error {
  readonly errorNumber: number | undefined

  constructor(reason: string, errorNumber?: number) {
    super(reason)
    this.errorNumber = errorNumber
  }
}

/** The collection or view that a marker speaks of is not there. */
export function unknownObject(): FollowRefusal {
  const reason = 'there is no such collection or view, so something before it is missing'
  return new FollowRefusal(reason, ERROR_NUMBER.collectionNotFound)
}
