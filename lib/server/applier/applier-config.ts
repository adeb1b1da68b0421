/** The password or token that a background follower shows its leader. Never part of any answer. */
export interface ApplierSecret {
  readonly username?: string | undefined
  /** Counts with a username only. */
  readonly password?: string | undefined
  /** Counts without a username only. */
  readonly jwt?: string | undefined
}

/**
 * How a background follower works: what `PUT applier-config` takes, with the original's names, units
 * and defaults (server notes, section 11; client notes, section 5).
 */
export interface ApplierConfig {
  /** `tcp://HOST:PORT` and the other forms of {@link SyncEndpoint}; undefined: not configured. */
  readonly endpoint: string | undefined
  /** Database of the leader; undefined for a global follower. */
  readonly database: string | undefined
  readonly secret: ApplierSecret
  /** Seconds without an answer. */
  readonly requestTimeout: number
  /** Seconds. */
  readonly connectTimeout: number
  /** Markers that cannot be applied, and are passed over before it stops; Infinity for `true`. */
  readonly ignoreErrors: number
  /** Failed connections in a row before it stops. */
  readonly maxConnectRetries: number
  /** Seconds between two tries to connect. */
  readonly connectionRetryWaitTime: number
  readonly lockTimeoutRetries: number
  readonly sslProtocol: number
  /** Bytes of an answer of the leader's log; 0 leaves it to the follower. */
  readonly chunkSize: number
  readonly skipCreateDrop: boolean
  /** Begin when the server starts. */
  readonly autoStart: boolean
  /** Ask less often while nothing happens. */
  readonly adaptivePolling: boolean
  /** Synchronise anew where the leader's log does not go on. */
  readonly autoResync: boolean
  /** Synchronisations that ended early again, in a row, before it stops. */
  readonly autoResyncRetries: number
  /** Bytes. */
  readonly maxPacketSize: number
  readonly includeSystem: boolean
  readonly includeFoxxQueues: boolean
  /** Stop (or synchronise anew) when the leader no longer has the tick to go on from. */
  readonly requireFromPresent: boolean
  readonly verbose: boolean
  /** Synchronise by what differs. */
  readonly incremental: boolean
  readonly restrictType: '' | 'include' | 'exclude'
  readonly restrictCollections: readonly string[]
  /** Seconds. */
  readonly initialSyncMaxWaitTime: number
  /** Seconds between two looks at a log in which nothing was new. */
  readonly idleMinWaitTime: number
  readonly idleMaxWaitTime: number
}

/** What holds where nothing else is configured (server notes, section 11). */
export const APPLIER_DEFAULTS: ApplierConfig = {
  endpoint: undefined,
  database: undefined,
  secret: {},
  requestTimeout: 600,
  connectTimeout: 10,
  ignoreErrors: 0,
  maxConnectRetries: 100,
  connectionRetryWaitTime: 15,
  lockTimeoutRetries: 0,
  sslProtocol: 0,
  chunkSize: 0,
  skipCreateDrop: false,
  autoStart: false,
  adaptivePolling: true,
  autoResync: false,
  autoResyncRetries: 2,
  maxPacketSize: 536_870_912,
  includeSystem: true,
  includeFoxxQueues: false,
  requireFromPresent: true,
  verbose: false,
  incremental: false,
  restrictType: '',
  restrictCollections: [],
  initialSyncMaxWaitTime: 300,
  idleMinWaitTime: 1,
  idleMaxWaitTime: 2.5,
}
