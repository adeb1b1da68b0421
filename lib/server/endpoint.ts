import type { IncomingHttpHeaders } from 'node:http'
import type { Store, StoreDatabase } from '../store/index.js'
import type { EndpointAbout } from './about.js'
import type { Answer } from './answer.js'
import type { AnswerMemory } from './answer-memory.js'
import type { Appliers } from './applier/index.js'
import type { Authentication } from './auth/authentication.js'
import type { Caller } from './auth/caller.js'
import type { Permissions } from './auth/permissions.js'
import type { UserRegistry } from './auth/user-registry.js'
import type { BatchRegistry } from './batches.js'
import type { BodyFormat } from './body-format.js'
import type { ClientRegistry } from './clients.js'
import type { Clock } from './clock.js'
import type { Compat } from './compat.js'
import type { Jobs } from './jobs/jobs.js'
import type { LeaderLimits } from './leader-limits.js'
import type { LogRetention } from './log-retention.js'
import type { DumpContexts } from './parallel-dump/index.js'
import type { Parameters } from './parameters.js'
import type { Syncs } from './sync/index.js'
import type { TailWaits } from './tail-waits.js'

export type { Compat } from './compat.js'

/** What every endpoint may use. */
export interface EndpointContext {
  readonly store: Store
  readonly users: UserRegistry
  readonly authentication: Pick<Authentication, 'logIn' | 'isOn'>
  readonly batches: BatchRegistry
  /** Contexts of parallel dumps. */
  readonly dumps: DumpContexts
  /** The clients that the log is kept for. */
  readonly clients: ClientRegistry
  readonly retention: LogRetention
  /** Requests that wait for the log to grow. */
  readonly waits: TailWaits
  /** Requests that are answered later. */
  readonly jobs: Jobs
  /** Synchronisations from other servers. */
  readonly syncs: Syncs
  /** Background followers of other servers. */
  readonly appliers: Appliers
  readonly clock: Clock
  /** For answers that have to be held. */
  readonly memory: AnswerMemory
  /** For bodies that bring documents. */
  readonly bodies: AnswerMemory
  readonly compat: Compat
  readonly limits: Pick<
    LeaderLimits,
    'documentsBodyBytesMax' | 'tailMarkersMax' | 'tailWaitSecondsMax'
  >
}

/**
 * What a caller has to be granted: nothing, not even a name (`open`); a name (`known`); to read or to
 * change the database of the path (`database-ro`, `database-rw`); to read it and to read or change a
 * collection, which the endpoint looks at itself through `useCollection` (`collection-ro`,
 * `collection-rw`); to change `_system`, as administrators may (`server`).
 */
export type Access =
  'open' | 'known' | 'database-ro' | 'database-rw' | 'collection-ro' | 'collection-rw' | 'server'

/**
 * Bodies have other bounds where they list revisions or ranges (`list`), or bring documents; those of
 * any size are read as a `stream`.
 */
export type BodyKind = 'small' | 'list' | 'documents' | 'stream'

/** A request as endpoints see it. */
export interface EndpointRequest {
  /** Parameters of the URL. */
  readonly query: Parameters
  /** Parts of the path that vary, decoded. */
  readonly path: Parameters
  readonly headers: IncomingHttpHeaders
  /** All of it; empty where it is a stream. */
  readonly body: Buffer
  /** The body of an endpoint of the kind `stream`, read no faster than somebody asks; else empty. */
  readonly stream: AsyncIterable<Buffer>
  /** How the body is written, by its content type. */
  readonly bodyFormat: BodyFormat
  /**
   * How the client wants the answer. What is answered whole as JSON is brought into that format
   * afterwards; endpoints look at it when they stream, or choose the form of what they say.
   */
  readonly answerFormat: BodyFormat
  /** The database of the path; `_system` where the path names none. */
  readonly database: StoreDatabase
  readonly caller: Caller
  /** IP address of the client. */
  readonly address: string
  readonly permissions: Permissions
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** One endpoint: every file in `endpoints/` exports one, made by {@link defineEndpoint}. */
export interface EndpointDefinition<Input> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the database; `:name` stands for a part that varies. */
  readonly path: string
  /** What a caller has to be granted. */
  readonly access: Access
  /** What the body brings. Default: `small`. */
  readonly bodyKind?: BodyKind
  /** What it does, takes and answers; docs/endpoints.md is made of it. */
  readonly about: EndpointAbout
  /** Whether its answer may take longer than a connection may be silent. Default: false. */
  readonly isLong?: boolean
  /** Reads the parameters and the body; throws what the answer to bad ones is. */
  read(request: EndpointRequest): Input
  /** Checks what the parameters name, and answers. */
  answer(input: Input, request: EndpointRequest, context: EndpointContext): Answer | Promise<Answer>
}

/** An endpoint whose parameters are its own matter. */
export interface Endpoint {
  readonly method: string
  readonly path: string
  readonly access: Access
  readonly bodyKind: BodyKind
  readonly about: EndpointAbout
  readonly isLong: boolean
  handle(request: EndpointRequest, context: EndpointContext): Promise<Answer>
}

/** Closes an endpoint's parameters in, so that endpoints fit into one table. */
export function defineEndpoint<Input>(definition: EndpointDefinition<Input>): Endpoint {
  return {
    method: definition.method,
    path: definition.path,
    access: definition.access,
    bodyKind: definition.bodyKind ?? 'small',
    about: definition.about,
    isLong: definition.isLong ?? false,
    async handle(request, context) {
      return definition.answer(definition.read(request), request, context)
    },
  }
}
