/*
 * Every bound that holds by default, in one place. Bytes unless the name says otherwise.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** Bytes of the blocks that are read from files and that chunks of whole lines aim at. */
export const CHUNK_BYTES: number = 256 * KIB

/** The longest line of a dump. */
export const LINE_BYTES_MAX: number = 64 * MIB

/** The largest document of a store: a line of any form, envelope included, holds it. */
export const DOCUMENT_BYTES_MAX: number = LINE_BYTES_MAX - 4 * KIB

/** Columns of a table. */
export const CSV_COLUMNS_MAX = 16_384

/** The deepest nesting of arrays and objects inside one document. */
export const JSON_DEPTH_MAX = 200

/** The longest VelocyPack value among those that follow each other in a stream. */
export const SLICE_BYTES_MAX: number = 64 * MIB

/**
 * The longest array of a VelocyPack data file: one batch of arangodump, whose documents may pass the
 * 64 MiB that it asks for by the last of them.
 */
export const VELOCYPACK_ARRAY_BYTES_MAX: number = 128 * MIB

/** Bytes that one pipeline may hold between its source and its target. */
export const IN_FLIGHT_BYTES_MAX: number = 16 * MIB

/** The largest JSON answer or file that is read whole: inventories, definitions, errors. */
export const JSON_BYTES_MAX: number = 64 * MIB

/** The longest JSON text that one VelocyPack value becomes: all of the longest, escaped. */
export const JSON_TEXT_BYTES_MAX: number = 8 * SLICE_BYTES_MAX

/** The largest file that says what a transform does: maskings, pseudonyms, keys. */
export const TRANSFORM_FILE_BYTES_MAX: number = 64 * MIB

/** Default of `chunkSize` of `dump` (design, "dump"). */
export const DUMP_CHUNK_BYTES: number = 128 * KIB

/** Largest `chunkSize` that `dump` honours (protocol: 3.12 caps at this value). */
export const DUMP_CHUNK_BYTES_MAX: number = 64 * MIB

/** Largest `chunkSize` for which a leader finds the next chunk while it sends one. */
export const DUMP_AHEAD_BYTES_MAX: number = 16 * MIB

/** Milliseconds that a chunk found ahead is held for the request that is expected. */
export const DUMP_AHEAD_MS = 1000

/** Default of `chunkSize` of `wal/tail` (server notes, section 9). */
export const TAIL_CHUNK_BYTES: number = MIB

/**
 * Bytes that a follower asks for at one time unless told otherwise: what a request costs beside its
 * bytes is then small, and a leader holds no more than that for it.
 */
export const FOLLOW_CHUNK_BYTES: number = 4 * MIB

/** Smallest `chunkSize` of `wal/tail`; less is raised without a word. */
export const TAIL_CHUNK_BYTES_MIN: number = 16 * KIB

/** Largest `chunkSize` that `wal/tail` honours. */
export const TAIL_CHUNK_BYTES_MAX: number = 128 * MIB

/**
 * Markers that one answer of `wal/tail` looks at, wanted or not: some two seconds' worth, since
 * followers wait ten.
 */
export const TAIL_MARKERS_MAX = 1_000_000

/** Longest `wait` of `wal/tail`, in seconds. */
export const TAIL_WAIT_SECONDS_MAX = 60

/** Requests for `wal/tail` that wait at one time; more are answered at once. */
export const TAIL_WAITS_MAX = 1024

/** Seconds for which a leader keeps the log for a client that is not heard of (server notes, section 9). */
export const CLIENT_TTL_SECONDS = 1800

/** Clients that a leader knows at one time; then the one not heard of for longest is forgotten. */
export const CLIENTS_MAX = 1024

/** Age from which on markers leave the log of a leader, in milliseconds: a week. */
export const LOG_AGE_MAX_MS: number = 7 * 24 * 3600 * 1000

/** Bytes that the log of a leader takes of the data file: 4 GB. */
export const LOG_BYTES_MAX = 4_000_000_000

/** Milliseconds between two trimmings of the log of a leader. */
export const LOG_TRIM_INTERVAL_MS = 60_000

/** Seconds that a batch lives when its client does not say. */
export const BATCH_TTL_SECONDS = 3600

/** Longest life of a batch, in seconds: a day. */
export const BATCH_TTL_SECONDS_MAX: number = 24 * 3600

/** Batches that may be open at one time. */
export const OPEN_BATCHES_MAX = 64

/** Contexts of parallel dumps that may be open at one time. */
export const DUMP_CONTEXTS_MAX = 64

/** Seconds that such a context lives when its client does not say (server notes, section 10). */
export const DUMP_TTL_SECONDS = 600

/** Bytes that all such contexts together may find before somebody asks for them. */
export const DUMPS_AHEAD_BYTES_MAX: number = 32 * MIB

/** Batches of all such contexts that were given and not acknowledged; each is a place, not bytes. */
export const DUMP_BATCHES_KEPT_MAX = 100_000

/** Chunks of whole lines that one side of a stream may queue. */
export const CHUNK_HIGH_WATER_MARK = 2

/** Objects that one side of a per-object stream may queue. */
export const OBJECT_HIGH_WATER_MARK = 64

/** Largest body of a request; most have none, and that of a batch is a few bytes. */
export const REQUEST_BODY_BYTES_MAX: number = MIB

/**
 * Largest body of a request that lists revisions or ranges: room for 131,072 ranges, which is as many
 * as two trees of depth 6 can differ in.
 */
export const LIST_BODY_BYTES_MAX: number = 4 * MIB

/** Revisions in one answer of `revisions/ranges` (server notes, section 5). */
export const RANGES_REVISIONS_MAX = 65_536

/** Default of `chunkSize` of `revisions/documents`, and the largest that is honoured. */
export const DOCUMENTS_CHUNK_BYTES_MAX: number = 16 * MIB

/** Bytes of documents that all answers together hold whose length has to stand before them. */
export const HELD_ANSWER_BYTES_MAX: number = 64 * MIB

/** Revisions, or ends of ranges, in one such body: as many as it has room for as padded JSON. */
export const LIST_REVISIONS_MAX = 300_000

/** Bytes of such bodies of all requests together. */
export const HELD_LISTS_BYTES_MAX: number = 64 * MIB

/** Largest body of a request that brings documents. */
export const DOCUMENTS_BODY_BYTES_MAX: number = 64 * MIB

/** Documents, or keys, that one such body lists. */
export const DOCUMENTS_BODY_ITEMS_MAX = 500_000

/** Bytes of such bodies of all requests together. */
export const HELD_DOCUMENTS_BYTES_MAX: number = 256 * MIB

/** Documents of one body that are written as one transaction; of a longer list each part is one. */
export const DOCUMENTS_TRANSACTION_MAX = 100_000

/** Documents of an import that are written as one transaction. */
export const IMPORT_TRANSACTION_DOCUMENTS = 1000

/** Bytes of an import after which its transaction takes no further document. */
export const IMPORT_TRANSACTION_BYTES: number = MIB

/**
 * Memory that an import counts for, of that for bodies which bring documents: a transaction on its way
 * to the disk, the one in the making, and what the connection gives meanwhile.
 */
export const IMPORT_HELD_BYTES: number = 3 * MIB

/** Refused documents of an import that its answer tells of one by one. */
export const IMPORT_DETAILS_MAX = 1000

/** Bytes of a streamed body with which the time for the next ones begins anew. */
export const STREAM_STEP_BYTES: number = 64 * KIB

/** Longest URL of a request, query included. */
export const URL_BYTES_MAX: number = 8 * KIB

/** Requests that a leader answers at one time. */
export const REQUESTS_IN_FLIGHT_MAX = 256

/** Milliseconds in which the headers of a request must have come. */
export const HEADERS_TIMEOUT_MS = 30_000

/** Milliseconds in which a whole request must have come. */
export const REQUEST_TIMEOUT_MS = 60_000

/** Milliseconds that a connection without a request stays open. */
export const IDLE_CONNECTION_MS = 60_000

/** Milliseconds after which an answer that nobody reads is given up. */
export const STALLED_ANSWER_MS: number = 10 * 60_000

/** Milliseconds that a closing leader gives to answers in flight. */
export const CLOSE_GRACE_MS = 10_000

/** Requests that a leader answers later, those included whose answers wait. */
export const JOBS_MAX = 64

/** The same of one user. */
export const USER_JOBS_MAX = 16

/** Seconds that an answer waits to be fetched. */
export const JOB_SECONDS_MAX = 600

/** Synchronisations from other servers that a leader runs at one time. */
export const SYNCS_MAX = 4

/** Background followers of other servers that a leader runs at one time. */
export const APPLIERS_MAX = 64

/**
 * Milliseconds before a leader tries a second time to reach the server of a synchronisation; the third
 * time is after up to four times as long, so that three attempts take less than ten seconds.
 */
export const SYNC_RETRY_DELAY_MS = 1000

/** Passwords that are hashed at one time: each takes a thread and 32 MiB. */
export const PASSWORD_CHECKS_MAX = 2

/** Passwords that wait for their turn; more are refused. */
export const PASSWORD_CHECKS_WAITING_MAX = 64

/** Credentials that were found right and are remembered, so that they are not hashed again. */
export const CREDENTIALS_REMEMBERED_MAX = 256

/** Users that are kept in memory; others are read of the store when they come. */
export const USERS_REMEMBERED_MAX = 1024

/** Failed logins of one user at one address within the window; then none is tried. */
export const LOGIN_FAILURES_MAX = 10

/** Failed logins at one address within the window, whoever tries; then none is tried. */
export const ADDRESS_LOGIN_FAILURES_MAX = 100

/** Seconds from the first failed login until failures are forgotten. */
export const LOGIN_WINDOW_SECONDS = 60

/** Users at addresses, and addresses, whose failed logins are counted; then the oldest is forgotten. */
export const LOGIN_FAILURES_REMEMBERED_MAX = 4096

/** Longest name of a user, in bytes. */
export const USER_NAME_BYTES_MAX = 254

/** Deepest revision tree: 16,777,216 leaves of 16 bytes. ArangoDB's are of depth 6. */
export const TREE_DEPTH_MAX = 8

/** Transactions of a log that may be open at one time for whoever puts their markers together. */
export const OPEN_TRANSACTIONS_MAX = 10_000

/** Bytes of a temporary file after which the next one is begun, so that space is given back. */
export const SPILL_FILE_BYTES_MAX: number = 256 * MIB

/**
 * Bytes of documents in one request that writes into a server: enough that what a request costs
 * beside its documents is small, and little of memory for those in flight together.
 */
export const TARGET_REQUEST_BYTES: number = MIB

/** Keys in one request that removes documents from a server. */
export const TARGET_REQUEST_KEYS_MAX = 10_000

/** Requests that write into one collection of a server at one time. */
export const TARGET_REQUESTS_IN_FLIGHT = 4
