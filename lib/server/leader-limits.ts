import {
  ADDRESS_LOGIN_FAILURES_MAX,
  APPLIERS_MAX,
  BATCH_TTL_SECONDS,
  BATCH_TTL_SECONDS_MAX,
  CLIENT_TTL_SECONDS,
  CLIENTS_MAX,
  CLOSE_GRACE_MS,
  DOCUMENTS_BODY_BYTES_MAX,
  DUMP_BATCHES_KEPT_MAX,
  DUMP_CONTEXTS_MAX,
  DUMP_TTL_SECONDS,
  DUMPS_AHEAD_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  HELD_ANSWER_BYTES_MAX,
  HELD_DOCUMENTS_BYTES_MAX,
  HELD_LISTS_BYTES_MAX,
  IDLE_CONNECTION_MS,
  JOB_SECONDS_MAX,
  JOBS_MAX,
  LIST_BODY_BYTES_MAX,
  LOG_AGE_MAX_MS,
  LOG_BYTES_MAX,
  LOG_TRIM_INTERVAL_MS,
  LOGIN_FAILURES_MAX,
  LOGIN_WINDOW_SECONDS,
  OPEN_BATCHES_MAX,
  REQUEST_BODY_BYTES_MAX,
  REQUEST_TIMEOUT_MS,
  REQUESTS_IN_FLIGHT_MAX,
  STALLED_ANSWER_MS,
  SYNC_RETRY_DELAY_MS,
  SYNCS_MAX,
  TAIL_MARKERS_MAX,
  TAIL_WAIT_SECONDS_MAX,
  TAIL_WAITS_MAX,
  URL_BYTES_MAX,
  USER_JOBS_MAX,
} from '../core/index.js'

/** Every bound of a leader; the defaults are the constants of the same name. */
export interface LeaderLimits {
  /** Bytes of a request's body; more is answered with 413. */
  readonly requestBodyBytesMax: number
  /** The same for a body that lists revisions or ranges. */
  readonly listBodyBytesMax: number
  /** The same for a body that brings documents. */
  readonly documentsBodyBytesMax: number
  /**
   * Bytes of documents that all answers together hold in memory, where the form of an answer says
   * its length first; with less room answers are shorter. The trees of verifications count too, for
   * which there is 503 with errorNum 32 when there is no room.
   */
  readonly heldAnswerBytesMax: number
  /**
   * Bytes of bodies that list revisions or ranges, of all requests together; more get 503 with
   * errorNum 32.
   */
  readonly heldListsBytesMax: number
  /** Bytes of bodies that bring documents, of all requests together; more get 503 with errorNum 32. */
  readonly heldDocumentsBytesMax: number
  /** Bytes of a request's URL; more is answered with 414. */
  readonly urlBytesMax: number
  /** Requests that are answered at one time; more get 503 with errorNum 32. */
  readonly requestsInFlightMax: number
  /**
   * Markers that one answer of `wal/tail` looks at, wanted or not; the answer then tells how far it
   * came.
   */
  readonly tailMarkersMax: number
  /** Longest `wait` of `wal/tail` in seconds; a longer one is taken for it. 0: nobody waits. */
  readonly tailWaitSecondsMax: number
  /**
   * Requests for `wal/tail` that wait at one time, which do not count among those in flight; more are
   * answered without waiting.
   */
  readonly tailWaitsMax: number
  /** Seconds for which the log is kept for a client that is not heard of. */
  readonly clientTtlSeconds: number
  /** Clients that are known at one time; then the one not heard of for longest is forgotten. */
  readonly clientsMax: number
  /** Milliseconds after which a marker leaves the log if nobody needs it; `Infinity`: never. */
  readonly logAgeMaxMs: number
  /** Bytes of the data file above which the oldest markers leave the log; `Infinity`: never. */
  readonly logBytesMax: number
  /** Milliseconds between two trimmings of the log. */
  readonly logTrimIntervalMs: number
  /**
   * Failed logins of one user at one address within the window; more get 429 until it is over, right
   * ones too.
   */
  readonly loginFailuresMax: number
  /** The same for all failed logins at one address. */
  readonly addressLoginFailuresMax: number
  /** Seconds from the first failed login until failures are forgotten. */
  readonly loginWindowSeconds: number
  /** Batches that are open at one time; more get 503 with errorNum 32. */
  readonly openBatchesMax: number
  /** Seconds that a batch lives when its client does not say. */
  readonly batchTtlSeconds: number
  /** Longest life of a batch without being used, in seconds. */
  readonly batchTtlSecondsMax: number
  /** Contexts of parallel dumps that are open at one time; more get 503 with errorNum 32. */
  readonly dumpContextsMax: number
  /** Seconds that such a context lives when its client does not say. */
  readonly dumpTtlSeconds: number
  /** Bytes that all of them together find before somebody asks for them. */
  readonly dumpsAheadBytesMax: number
  /**
   * Batches of all of them that were given and not acknowledged; more get 503 with errorNum 32. A
   * batch that is kept is a place in the snapshot, and not its bytes.
   */
  readonly dumpBatchesKeptMax: number
  /** Milliseconds in which the headers of a request must have come; later ones get 408. */
  readonly headersTimeoutMs: number
  /** Milliseconds in which a whole request must have come; later ones get 408. */
  readonly requestTimeoutMs: number
  /** Milliseconds that a connection without a request stays open. */
  readonly idleConnectionMs: number
  /** Milliseconds after which an answer that nobody reads is given up. */
  readonly stalledAnswerMs: number
  /** Milliseconds that `close()` gives to answers in flight. */
  readonly closeGraceMs: number
  /** Requests that are answered later, through `/_api/job`; more get 503 with errorNum 32. */
  readonly jobsMax: number
  /** The same of one user. */
  readonly userJobsMax: number
  /** Seconds that the answer to one of them waits to be fetched. */
  readonly jobSecondsMax: number
  /** Synchronisations from other servers at one time; more get 503 with errorNum 32. */
  readonly syncsMax: number
  /** Background followers that run at one time; more get 503 with errorNum 32. */
  readonly appliersMax: number
  /** Milliseconds before one of them tries a second time to reach its server. */
  readonly syncRetryDelayMs: number
}

/** What holds for a leader whose options do not say otherwise. */
export const LEADER_LIMITS: LeaderLimits = {
  requestBodyBytesMax: REQUEST_BODY_BYTES_MAX,
  listBodyBytesMax: LIST_BODY_BYTES_MAX,
  documentsBodyBytesMax: DOCUMENTS_BODY_BYTES_MAX,
  heldAnswerBytesMax: HELD_ANSWER_BYTES_MAX,
  heldListsBytesMax: HELD_LISTS_BYTES_MAX,
  heldDocumentsBytesMax: HELD_DOCUMENTS_BYTES_MAX,
  urlBytesMax: URL_BYTES_MAX,
  requestsInFlightMax: REQUESTS_IN_FLIGHT_MAX,
  tailMarkersMax: TAIL_MARKERS_MAX,
  tailWaitSecondsMax: TAIL_WAIT_SECONDS_MAX,
  tailWaitsMax: TAIL_WAITS_MAX,
  clientTtlSeconds: CLIENT_TTL_SECONDS,
  clientsMax: CLIENTS_MAX,
  logAgeMaxMs: LOG_AGE_MAX_MS,
  logBytesMax: LOG_BYTES_MAX,
  logTrimIntervalMs: LOG_TRIM_INTERVAL_MS,
  loginFailuresMax: LOGIN_FAILURES_MAX,
  addressLoginFailuresMax: ADDRESS_LOGIN_FAILURES_MAX,
  loginWindowSeconds: LOGIN_WINDOW_SECONDS,
  openBatchesMax: OPEN_BATCHES_MAX,
  batchTtlSeconds: BATCH_TTL_SECONDS,
  batchTtlSecondsMax: BATCH_TTL_SECONDS_MAX,
  dumpContextsMax: DUMP_CONTEXTS_MAX,
  dumpTtlSeconds: DUMP_TTL_SECONDS,
  dumpsAheadBytesMax: DUMPS_AHEAD_BYTES_MAX,
  dumpBatchesKeptMax: DUMP_BATCHES_KEPT_MAX,
  headersTimeoutMs: HEADERS_TIMEOUT_MS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  idleConnectionMs: IDLE_CONNECTION_MS,
  stalledAnswerMs: STALLED_ANSWER_MS,
  closeGraceMs: CLOSE_GRACE_MS,
  jobsMax: JOBS_MAX,
  userJobsMax: USER_JOBS_MAX,
  jobSecondsMax: JOB_SECONDS_MAX,
  syncsMax: SYNCS_MAX,
  appliersMax: APPLIERS_MAX,
  syncRetryDelayMs: SYNC_RETRY_DELAY_MS,
}
