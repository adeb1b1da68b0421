import type { MarkerChunk } from '../streams/index.js'
import type { Tick } from '../values/index.js'
import type { OperationOptions } from './operation.js'

/** Which part of a source's log is wanted. */
export interface ChangeLogOptions {
  /** Of all databases, theirs to be made and dropped too; the source must be `_system`. Default: false. */
  readonly isGlobal?: boolean | undefined
  /** Changes of system collections too. Default: false. */
  readonly includeSystem?: boolean | undefined
  /** Changes of `_jobs` and `_queues` too, if those of system collections are wanted. Default: false. */
  readonly includeFoxxQueues?: boolean | undefined
  /** Bytes of lines after which an answer ends. Default: `FOLLOW_CHUNK_BYTES`. */
  readonly chunkBytes?: number | undefined
}

/** The log of a source, read answer by answer. Stateless: every call says where it begins. */
export interface ChangeLog {
  /** The source's address without credentials, for messages. */
  readonly address: string
  /** Name of the database; undefined where it is the log of all. */
  readonly database: string | undefined
  /** Tells whose log it is and how far it goes. */
  state(options?: OperationOptions): Promise<ChangeLogState>
  /** The collections that there are now, so that markers can be told by name. */
  collections(options?: OperationOptions): Promise<readonly LoggedCollection[]>
  /**
   * Reads on behind a tick.
   *
   * @returns an answer whose chunks are to be read to their end, or given up by `return()`
   */
  read(request: LogRequest, options?: OperationOptions): Promise<LogAnswer>
  /** Tells the leader that no more is asked, so that it keeps no log for this follower. */
  close(options?: CloseLogOptions): Promise<void>
}

/** How a {@link ChangeLog} is closed. */
export interface CloseLogOptions {
  /** Somebody is going to read on: the leader is told nothing. Default: false. */
  readonly keepsPlace?: boolean | undefined
}

/** Whose log it is, and how far it goes. */
export interface ChangeLogState {
  /** Decimal. */
  readonly serverId: string
  /** Of the server, where it tells one. */
  readonly version?: string | undefined
  /** Tick of the oldest marker; undefined where the log is empty or the leader does not tell. */
  readonly firstTick: Tick | undefined
  readonly lastTick: Tick
  /** The leader says at once when something new comes: {@link LogRequest.waitMs} is heeded. */
  readonly canWait: boolean
}

/** A collection that markers speak of by its globallyUniqueId. */
export interface LoggedCollection {
  readonly databaseName: string
  readonly globallyUniqueId: string
  readonly name: string
}

/** Which markers are wanted next. */
export interface LogRequest {
  /** Only markers above this tick. */
  readonly from: Tick
  /** What the last answer gave as `lastScanned`; 0 in the first request. */
  readonly lastScanned: Tick
  /** How long a leader that can may wait for the first marker, in milliseconds. Default: 0. */
  readonly waitMs?: number | undefined
}

/** An answer of a log: what its headers say (server notes, section 9), and its markers. */
export interface LogAnswer {
  /**
   * Whose log it is, decimal; undefined while nothing says that it is another one than that of
   * {@link ChangeLog.state}.
   */
  readonly serverId?: string | undefined
  /** There are markers behind {@link lastIncluded}. */
  readonly checkMore: boolean
  /** Tick of the last marker in the answer; 0 if none. */
  readonly lastIncluded: Tick
  /** How far the log was looked at; it may be below `from`. */
  readonly lastScanned: Tick
  /** Newest tick of the log. */
  readonly lastTick: Tick
  /** False when markers above `from` are missing. */
  readonly fromPresent: boolean
  /** The markers in chunks of whole lines. */
  readonly chunks: AsyncIterable<MarkerChunk>
}
