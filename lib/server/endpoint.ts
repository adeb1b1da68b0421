import type { Store, StoreDatabase } from '../store/index.js'
import type { Answer } from './answer.js'
import type { Caller } from './auth/caller.js'
import type { BatchRegistry } from './batches.js'
import type { Parameters } from './parameters.js'

/**
 * Where the documented protocol and today's ArangoDB contradict each other: which of them the leader
 * follows (design, "The leader's two forms").
 */
export type Compat = 'documented' | 'arangodb'

/** What every endpoint may use. */
export interface EndpointContext {
  readonly store: Store
  readonly batches: BatchRegistry
  readonly compat: Compat
}

/** A request as endpoints see it. */
export interface EndpointRequest {
  /** Parameters of the URL. */
  readonly query: Parameters
  /** Parts of the path that vary, decoded. */
  readonly path: Parameters
  readonly body: Buffer
  /** The database of the path; `_system` where the path names none. */
  readonly database: StoreDatabase
  readonly caller: Caller
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** One endpoint: every file in `endpoints/` exports one, made by {@link defineEndpoint}. */
export interface EndpointDefinition<Input> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the database; `:name` stands for a part that varies. */
  readonly path: string
  /** Reads the parameters and the body; throws what the answer to bad ones is. */
  read(request: EndpointRequest): Input
  /** Checks what the parameters name, and answers. */
  answer(input: Input, request: EndpointRequest, context: EndpointContext): Answer | Promise<Answer>
}

/** An endpoint whose parameters are its own matter. */
export interface Endpoint {
  readonly method: string
  readonly path: string
  handle(request: EndpointRequest, context: EndpointContext): Promise<Answer>
}

/** Closes an endpoint's parameters in, so that endpoints fit into one table. */
export function defineEndpoint<Input>(definition: EndpointDefinition<Input>): Endpoint {
  return {
    method: definition.method,
    path: definition.path,
    async handle(request, context) {
      return definition.answer(definition.read(request), request, context)
    },
  }
}
