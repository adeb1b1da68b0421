/**
 * A collection cannot be compared by revision, so all of it has to be copied. It never leaves a run:
 * the message is the reason that the user is told.
 */
export class IncomparableError extends Error {}
