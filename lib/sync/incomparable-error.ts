/**
 * A collection cannot be compared by revision, so all of it has to be copied. It never leaves a run:
 * the message is the reason that the user is told.
 */
export class IncomparableError extends Error {}

/** The source does not look up revisions of the collection; it may know a comparison by key. */
export class NoRevisionsError extends IncomparableError {}
