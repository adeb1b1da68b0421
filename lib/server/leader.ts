import type { AddressInfo } from 'node:net'
import type { Server } from 'node:https'
import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/index.js'
import { AnswerMemory } from './answer-memory.js'
import { Appliers, type ApplierEvent } from './applier/index.js'
import { Authentication, type LeaderAuth } from './auth/index.js'
import { BatchRegistry } from './batches.js'
import { ClientRegistry } from './clients.js'
import { systemClock, type Clock } from './clock.js'
import type { Compat } from './endpoint.js'
import { InFlight } from './in-flight.js'
import { Jobs } from './jobs/index.js'
import { createLeaderApp } from './leader-app.js'
import { LEADER_LIMITS, type LeaderLimits } from './leader-limits.js'
import { ListenError } from './listen-error.js'
import { LogRetention } from './log-retention.js'
import { DumpContexts } from './parallel-dump/index.js'
import { RequestHandler, type FailedRequest } from './request-handler.js'
import { versionOf } from './server-identity.js'
import { Syncs } from './sync/index.js'
import { TailWaits } from './tail-waits.js'
import { secureOptions, type LeaderTls } from './tls.js'

/** How {@link startLeader} serves. */
export interface LeaderOptions {
  /** Stays open when the leader closes: it belongs to whoever opened it. */
  readonly store: Store
  /** `localhost` is 127.0.0.1. Default: that, so that only this machine reaches the leader. */
  readonly host?: string | undefined
  /** 0 takes any free one. Default: 8529. */
  readonly port?: number | undefined
  /** Serves `https://` from TLS 1.2 on. Default: `http://`, in clear. */
  readonly tls?: LeaderTls | undefined
  /** Default: `documented`. */
  readonly compat?: Compat | undefined
  /** Default: on, with the root password that the store keeps, or a new one. */
  readonly auth?: LeaderAuth | undefined
  readonly limits?: Partial<LeaderLimits> | undefined
  /** The time that batches, clients and the log live by. Default: the machine's. */
  readonly clock?: Clock | undefined
  /**
   * Servers that requests may have synchronisations from, each as `HOST` or `HOST:PORT`; an IPv6
   * address in brackets. Default: `localhost`, which is all of loopback.
   */
  readonly syncFrom?: readonly string[] | undefined
  /** Called when a background follower starts, stops or fails. Default: only its state tells it. */
  readonly onApplierEvent?: ((event: ApplierEvent) => void) | undefined
  /** Called for errors that are answered with 500 or cut an answer. Default: they are not told. */
  readonly onRequestError?: ((error: unknown, request: FailedRequest) => void) | undefined
  /** Called when the log could not be trimmed, which is tried again. Default: it is not told. */
  readonly onTrimError?: ((error: unknown) => void) | undefined
}

/** A leader that serves a store over HTTP. */
export interface Leader {
  /** `http://HOST:PORT`, or `https://`, with the port that was taken. */
  readonly url: string
  /** The root password that was made at this start; tell it to the user now, nobody can later. */
  readonly generatedRootPassword: string | undefined
  /**
   * Shows another certificate to clients that connect from now on.
   *
   * @throws {@link TlsError} when it is not fit; then nothing changes
   * @throws TypeError when the leader serves in clear
   */
  readonly setTls: (tls: LeaderTls) => void
  /**
   * Takes no more requests, ends those that wait for the log, synchronisations and background
   * followers, lets answers in flight end within `closeGraceMs`, then closes all connections and
   * batches. The second call waits for the first.
   */
  readonly close: () => Promise<void>
}

interface Parts {
  readonly app: FastifyInstance
  readonly authentication: Authentication
  readonly handler: RequestHandler
  readonly inFlight: InFlight
  readonly batches: BatchRegistry
  readonly dumps: DumpContexts
  readonly retention: LogRetention
  readonly waits: TailWaits
  readonly syncs: Syncs
  readonly jobs: Jobs
  readonly appliers: Appliers
  readonly limits: LeaderLimits
}

/**
 * Serves a store over HTTP as the leader of the replication protocol.
 *
 * @throws {@link ListenError} when the address cannot be taken
 * @throws {@link TlsError} when the certificate or its key is not fit
 * @throws RangeError when a configured password or secret is empty, or a host of `syncFrom` is none
 */
export async function startLeader(options: LeaderOptions): Promise<Leader> {
  const { host = '127.0.0.1', port = 8529, auth = { kind: 'on' } } = options
  const parts = createParts(options, auth)
  try {
    // For the name, fastify would make a second server, which does not close with the first.
    await parts.app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port })
  } catch (cause) {
    throw new ListenError(host, port, { cause })
  }
  try {
    const generatedRootPassword = await parts.authentication.prepare()
    parts.handler.phase = 'open'
    parts.retention.start()
    await parts.appliers.startWithServer()
    const url = urlOf(parts.app.server.address() as AddressInfo, options.tls !== undefined)
    const setTls = (tls: LeaderTls): void => {
      replaceTls(parts, tls)
    }
    let closed: Promise<void> | undefined
    return { url, generatedRootPassword, setTls, close: () => (closed ??= closeParts(parts)) }
  } catch (error) {
    await closeParts(parts)
    throw error
  }
}

function createParts(options: LeaderOptions, auth: LeaderAuth): Parts {
  const { store, compat = 'documented', clock = systemClock } = options
  const secure = options.tls === undefined ? undefined : secureOptions(options.tls)
  const limits = { ...LEADER_LIMITS, ...options.limits }
  const onError = options.onRequestError ?? (() => undefined)
  const clients = new ClientRegistry({ store, clock, limits })
  const batches = new BatchRegistry({ store, clients, clock, limits })
  const onTrimError = options.onTrimError ?? (() => undefined)
  const log = { store, clients, batches, clock, limits, onError: onTrimError }
  const retention = new LogRetention(log)
  const waits = new TailWaits({ store, clock, limits })
  const syncs = new Syncs({ syncFrom: options.syncFrom, limits })
  const appliers = new Appliers({
    store,
    syncs,
    limits,
    version: versionOf(compat),
    onEvent: options.onApplierEvent,
  })
  const memory = new AnswerMemory(limits.heldAnswerBytesMax)
  const jobs = new Jobs({ clock, memory, limits, firstId: store.lastTick })
  const bodies = new AnswerMemory(limits.heldDocumentsBytesMax)
  const dumps = new DumpContexts({ store, batches, memory, clock, limits })
  const inFlight = new InFlight()
  const authentication = new Authentication({ auth, store, clock, limits })
  const shared = { authentication, users: authentication.users }
  const handler = new RequestHandler({
    context: {
      ...shared,
      store,
      batches,
      dumps,
      clients,
      retention,
      waits,
      syncs,
      jobs,
      appliers,
      clock,
      memory,
      bodies,
      compat,
      limits,
    },
    authentication,
    inFlight,
    limits,
    onError,
  })
  const app = createLeaderApp({ handler, inFlight, bodies, clock, compat, limits, secure })
  const holding = { batches, dumps, retention, waits, syncs, jobs, appliers }
  return { app, authentication, handler, inFlight, ...holding, limits }
}

async function closeParts(parts: Parts): Promise<void> {
  const { app, handler, inFlight, batches, dumps, retention, limits } = parts
  handler.phase = 'closing'
  parts.waits.close()
  const ended = Promise.all([parts.syncs.close(), parts.jobs.close(), parts.appliers.close()])
  const closed = app.close()
  await inFlight.idle(limits.closeGraceMs)
  app.server.closeAllConnections()
  await closed
  await ended
  await retention.close()
  dumps.close()
  batches.close()
}

function replaceTls({ app }: Parts, tls: LeaderTls): void {
  if (!('setSecureContext' in app.server)) {
    throw new TypeError('Cannot replace the certificate: the leader serves without TLS')
  }
  ;(app.server as unknown as Server).setSecureContext(secureOptions(tls))
}

function urlOf({ address, family, port }: AddressInfo, isSecure: boolean): string {
  return `${isSecure ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
