/*
 * Every bound that holds by default, in one place. Bytes unless the name says otherwise.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** Bytes of the blocks that are read from files and that chunks of whole lines aim at. */
export const CHUNK_BYTES: number = 256 * KIB

/** The longest line of a dump; a document may be this large. */
export const LINE_BYTES_MAX: number = 64 * MIB

/** The deepest nesting of arrays and objects inside one document. */
export const JSON_DEPTH_MAX = 200

/** Bytes that one pipeline may hold between its source and its target. */
export const IN_FLIGHT_BYTES_MAX: number = 16 * MIB

/** The largest JSON answer or file that is read whole: inventories, definitions, errors. */
export const JSON_BYTES_MAX: number = 64 * MIB

/** Default of `chunkSize` of `dump` (design, "dump"). */
export const DUMP_CHUNK_BYTES: number = 128 * KIB

/** Largest `chunkSize` that `dump` honours (protocol: 3.12 caps at this value). */
export const DUMP_CHUNK_BYTES_MAX: number = 64 * MIB

/** Seconds that a batch lives when its client does not say. */
export const BATCH_TTL_SECONDS = 3600

/** Longest life of a batch, in seconds: a day. */
export const BATCH_TTL_SECONDS_MAX: number = 24 * 3600

/** Batches that may be open at one time. */
export const OPEN_BATCHES_MAX = 64

/** Chunks of whole lines that one side of a stream may queue. */
export const CHUNK_HIGH_WATER_MARK = 2

/** Objects that one side of a per-object stream may queue. */
export const OBJECT_HIGH_WATER_MARK = 64
