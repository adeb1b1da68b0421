import assert from 'node:assert/strict'
import type { Permissions } from '../../../lib/server/auth/permissions.js'
import { BatchRegistry } from '../../../lib/server/batches.js'
import { ClientRegistry } from '../../../lib/server/clients.js'
import type { Endpoint, EndpointContext, EndpointRequest } from '../../../lib/server/endpoint.js'
import { LEADER_LIMITS } from '../../../lib/server/leader-limits.js'
import type { Parameters } from '../../../lib/server/parameters.js'
import type { Store } from '../../../lib/store/index.js'
import { createFakeClock } from './fake-clock.js'
import { databaseOf } from './test-leader.js'

/** Whose request it is, and where it goes. */
interface Asked {
  readonly database: string
  readonly query: Parameters
  readonly permissions: Permissions
}

/**
 * Lets an endpoint answer a caller of these permissions, without users and without HTTP.
 *
 * @returns the JSON of the answer; `batchId` of the query is filled in
 */
export async function handleAs(
  endpoint: Endpoint,
  store: Store,
  { database, query, permissions }: Asked,
): Promise<unknown> {
  const clock = createFakeClock()
  const clients = new ClientRegistry({ store, clock, limits: LEADER_LIMITS })
  const batches = new BatchRegistry({ store, clients, clock, limits: LEADER_LIMITS })
  const { signal } = new AbortController()
  try {
    const { id: batchId } = await batches.create(0, signal)
    const request: Partial<EndpointRequest> = {
      query: { batchId, ...query },
      database: databaseOf(store, database),
      permissions,
      signal,
    }
    const context: Partial<EndpointContext> = { store, batches, clients, clock }
    const answer = await endpoint.handle(request as EndpointRequest, {
      ...(context as EndpointContext),
      compat: 'documented',
    })
    assert.equal(answer.kind, 'whole')
    return JSON.parse(answer.body.toString())
  } finally {
    batches.close()
  }
}
