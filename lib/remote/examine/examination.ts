/*
 * What an examination of a server finds out. Undefined stands for what could not be found out, which
 * is never a guess; why that is so, where it matters, the verdicts tell.
 */

/** What a server is in a cluster, or that it is in none. */
export type ServerRole = 'single' | 'coordinator' | 'dbserver' | 'agent'

/** Who a server says that it is. */
export interface ServerFacts {
  readonly product: 'arangodb' | 'tidemark'
  /** Of tidemark itself; `version` is that of the protocol. */
  readonly productVersion: string | undefined
  /** Such as `3.12.7`; servers that were hardened tell it to administrators only. */
  readonly version: string | undefined
  readonly license: string | undefined
  /** Such as `rocksdb`. */
  readonly engine: string | undefined
  /** Decimal text. */
  readonly serverId: string | undefined
  readonly role: ServerRole | undefined
  readonly isReadOnly: boolean | undefined
  readonly isInMaintenance: boolean | undefined
  /** Ids of the DB servers, as a coordinator tells them to administrators; empty otherwise. */
  readonly dbServers: readonly string[]
}

/** What a caller may do with a database. */
export type DatabaseGrant = 'rw' | 'ro' | 'none'

/** A database and what the caller may do with it. */
export interface GrantedDatabase {
  readonly name: string
  /** Undefined where only that it may be read is known. */
  readonly grant: DatabaseGrant | undefined
}

/** How the caller told who asks; `nobody` when it did not. */
export type CallerKind = 'nobody' | 'user' | 'superuser'

/** What the credentials may do. */
export interface CallerFacts {
  readonly kind: CallerKind
  /** Undefined but for users. */
  readonly name: string | undefined
  /** Whether the server may be administered, which the log wants. */
  readonly isAdministrator: boolean | undefined
  /** Those that the caller may at least read; undefined where the server does not tell. */
  readonly databases: readonly GrantedDatabase[] | undefined
}

/** The database of the address, as the caller sees it. */
export interface DatabaseFacts {
  readonly name: string
  readonly isThere: boolean
  readonly grant: DatabaseGrant | undefined
  /** Those that would be copied with system collections; without what the caller may not read. */
  readonly collections: number | undefined
  /** How many of them are synced by revision. */
  readonly collectionsByRevision: number | undefined
  /** How many the caller may not read: copies lack them. */
  readonly hiddenCollections: number | undefined
}

/** The attributes of the lines of a dump. */
export type LineForm = 'document' | 'type,data' | 'tick,type,key,rev,data'

/** How a revision tree is told: its leaves alone with numbers, or level by level with text. */
export type ToldTreeForm = 'leaves' | 'levels'

/** How the endpoints answer. */
export interface Dialects {
  /** Whether a new batch tells the state of the log, as it does from 3.8 on. */
  readonly batchState: boolean | undefined
  /** Of a dump without envelopes; undefined, too, where there is no document to look at. */
  readonly dumpLines: LineForm | undefined
  /** Of a dump that does not ask for a form. */
  readonly dumpLinesUnasked: LineForm | undefined
  readonly dumpVelocyPack: boolean | undefined
  readonly revisionTrees: boolean | undefined
  readonly treeVelocyPack: boolean | undefined
  /** Of a tree that is asked for without naming a form. */
  readonly treeUnasked: ToldTreeForm | undefined
  /** Whether revisions are written so that no other one is written the same. */
  readonly revisionsAsHlc: boolean | undefined
  readonly keys: boolean | undefined
  readonly parallelDump: boolean | undefined
  /** Whether a parallel dump can be of the moment of a batch. */
  readonly parallelDumpOfBatch: boolean | undefined
  readonly log: boolean | undefined
  /** First and last tick of the log, decimal text. */
  readonly logFirstTick: string | undefined
  readonly logLastTick: string | undefined
  /** The calls of arangorestore. */
  readonly restore: boolean | undefined
  /** Administration of a follower inside the server, which 3.12.10 left out. */
  readonly applier: boolean | undefined
}

/** How far the server's clock is ahead of this machine's. */
export interface ClockDifference {
  /** Negative where it is behind. */
  readonly differenceMs: number
  /** The difference is off by at most so much. */
  readonly uncertaintyMs: number
}

/** How the connection is protected, and by whose certificate. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string | undefined
  readonly cipher: string | undefined
  readonly subject: string | undefined
  readonly issuer: string | undefined
  /** The names and addresses that the certificate is for. */
  readonly names: readonly string[]
  /** ISO 8601, UTC. */
  readonly validFrom: string | undefined
  readonly validTo: string | undefined
}

/** Whether something works; `partly` where not for everything. */
export type Verdict = 'yes' | 'partly' | 'no' | 'unknown'

/** What can be done with a server. */
export type ServerTask =
  | 'dump'
  | 'sync'
  | 'sync-by-tree'
  | 'sync-by-keys'
  | 'parallel-dump'
  | 'diff'
  | 'tail'
  | 'follow'
  | 'all-databases'
  | 'target'

/** Whether one thing works, and what there is to say of it. */
export interface TaskVerdict {
  readonly task: ServerTask
  readonly verdict: Verdict
  /** One phrase; there whenever the verdict is not `yes`. */
  readonly reason: string | undefined
}

/** All that an examination found out. */
export interface ServerExamination {
  /** Without credentials. */
  readonly address: string
  readonly server: ServerFacts
  readonly caller: CallerFacts
  readonly database: DatabaseFacts
  readonly dialects: Dialects
  /** Undefined where the server tells no time. */
  readonly clock: ClockDifference | undefined
  /** Undefined without TLS. */
  readonly tls: TlsFacts | undefined
  readonly verdicts: readonly TaskVerdict[]
}
