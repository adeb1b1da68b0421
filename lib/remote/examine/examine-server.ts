import type { OperationOptions, RemoteAddress, ReplicaNotice } from '../../replica/index.js'
import { ERROR_NUMBER } from '../../wire/index.js'
import { createConnector } from '../connector.js'
import { makeClientId } from '../log-client.js'
import type { RemoteOptions } from '../open-remote.js'
import { RemoteConnection } from '../remote-connection.js'
import { RemoteUnreachableError } from '../remote-error.js'
import type { ServerExamination } from './examination.js'
import { judge } from './judge.js'
import { identifyCaller, probeCaller, probeHidden, type CallerIdentity } from './probe-caller.js'
import { probeCommands } from './probe-commands.js'
import { NO_BATCH, probeDatabase } from './probe-database.js'
import { NO_VERSION, probeServer, probeVersion, type VersionAnswer } from './probe-server.js'
import { probeTls, speaksTls } from './probe-tls.js'
import { Prober, type Unanswered } from './prober.js'
import { databaseOf, dialectsOf } from './summarise.js'

/** How a server is examined. */
export interface ExamineOptions extends Omit<RemoteOptions, 'clock'>, OperationOptions {
  /** Milliseconds that one question may take. Default: 10 seconds. */
  readonly questionMsMax?: number | undefined
  /** Milliseconds since 1970 by the clock that the server's is compared with. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told of a batch that could not be deleted. */
  readonly onNotice?: ((notice: ReplicaNotice) => void) | undefined
}

const QUESTION_MS_MAX = 10_000
const SYSTEM_DATABASE = '_system'
const UNAUTHORIZED = 401
const PLAIN = 'http:'

/**
 * Finds out what a server is, what the credentials may do there, how its endpoints answer, and what of
 * this library works with it. Nothing of the server's is changed: a batch and a parallel dump are
 * opened and deleted again. Each question is asked once and has its time, and one that is refused is
 * part of the answer; all of them together are some thirty requests.
 *
 * @throws RemoteError when there is no server, when it is neither ArangoDB nor tidemark, or when it
 *   refuses the credentials
 */
export async function examineServer(
  address: RemoteAddress,
  options: ExamineOptions = {},
): Promise<ServerExamination> {
  const examiner = new Examiner(address, options)
  try {
    return await examiner.run()
  } finally {
    await examiner.close()
  }
}

class Examiner {
  readonly #address: RemoteAddress
  readonly #options: ExamineOptions
  readonly #caller: CallerIdentity
  readonly #connections: RemoteConnection[] = []

  constructor(address: RemoteAddress, options: ExamineOptions) {
    this.#address = address
    this.#options = options
    this.#caller = identifyCaller(address, options)
  }

  async run(): Promise<ServerExamination> {
    const prober = this.#prober(this.#address.database)
    const version = await probeVersion(prober)
    if (version.isAnswered) return this.#examine(prober, version.value, true)
    if (version.errorNum === ERROR_NUMBER.databaseNotFound) {
      const system = this.#prober(SYSTEM_DATABASE)
      const found = await probeVersion(system)
      return this.#examine(system, found.isAnswered ? found.value : NO_VERSION, false)
    }
    if (version.status === UNAUTHORIZED && (await this.#isKnown(prober))) {
      return this.#examine(prober, NO_VERSION, true)
    }
    throw await this.#errorOf(version)
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()))
  }

  async #examine(
    prober: Prober,
    version: VersionAnswer,
    isThere: boolean,
  ): Promise<ServerExamination> {
    const { facts: server, loggerState } = await probeServer(prober, version)
    const asked = await probeCaller(prober, this.#caller)
    const commands = await probeCommands(prober)
    const batch = isThere ? await probeDatabase(prober, makeClientId()) : NO_BATCH
    const { isAdministrator = commands.log.isAnswered || undefined } = asked
    const caller = { ...asked, isAdministrator }
    const { database: name } = this.#address
    const isRead = batch.inventory?.isAnswered === true
    const hiddenCollections = isRead ? await probeHidden(prober, caller, name) : undefined
    const database = databaseOf({ name, isThere, hiddenCollections }, caller, batch)
    const dialects = dialectsOf(batch, commands, loggerState)
    const isForwarded = server.role === 'coordinator' && this.#options.dbServer !== undefined
    const found = { server, caller, database, dialects }
    return {
      address: this.#connections[0]?.address ?? '',
      ...found,
      clock: prober.clock.difference,
      tls: await probeTls(this.#address, this.#connector()),
      verdicts: judge({ ...found, loggerState, commands, batch, isForwarded }),
    }
  }

  /** ArangoDB refuses every request to a database that is not granted, but that for one's own grants. */
  async #isKnown(prober: Prober): Promise<boolean> {
    const caller = await probeCaller(prober, this.#caller)
    return caller.kind === 'user' && caller.databases !== undefined
  }

  #prober(database: string): Prober {
    const { signal, now = Date.now, onNotice = () => undefined } = this.#options
    const address = { ...this.#address, database }
    const options = { ...this.#options, silenceMsMax: this.#msMax, onNotice }
    const connection = new RemoteConnection(address, options)
    this.#connections.push(connection)
    return new Prober(connection, { signal, probeMsMax: this.#msMax, now })
  }

  get #msMax(): number {
    return this.#options.questionMsMax ?? QUESTION_MS_MAX
  }

  /** A refusal of the very first question is the end. */
  async #errorOf({ error, reason }: Unanswered): Promise<Error> {
    const task = { task: 'examine the server', address: this.#connections[0]?.address ?? '' }
    if (error === undefined) {
      return new RemoteUnreachableError(task, { reason, wasSent: true, isPassing: true })
    }
    if (!(error instanceof RemoteUnreachableError) || !error.failure.wasSent) return error
    const isPlain = this.#address.url.startsWith(PLAIN)
    if (!isPlain || !(await speaksTls(this.#address, this.#connector()))) return error
    const failure = { ...error.failure, reason: 'it speaks TLS; try https://', isPassing: false }
    return new RemoteUnreachableError(task, failure, { cause: error })
  }

  #connector(): ReturnType<typeof createConnector> {
    return createConnector(this.#msMax, this.#options.mayConnect)
  }
}
