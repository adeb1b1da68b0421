import type { JsonObject } from '../../wire/index.js'
import type { ApplierConfig } from './applier-config.js'

/** What the original answers where all errors are ignored. */
const ALL_ERRORS = 2n ** 64n - 1n

/**
 * A configuration as it is answered: the members and their order are those of the original, as
 * recorded. Who asks may see the username, and nothing that is secret.
 */
export function describeConfig(config: ApplierConfig): JsonObject {
  const { endpoint, database, secret, ignoreErrors } = config
  return {
    ...present({ endpoint, database, username: secret.username }),
    requestTimeout: config.requestTimeout,
    connectTimeout: config.connectTimeout,
    ignoreErrors: ignoreErrors === Infinity ? ALL_ERRORS : ignoreErrors,
    maxConnectRetries: config.maxConnectRetries,
    lockTimeoutRetries: config.lockTimeoutRetries,
    sslProtocol: config.sslProtocol,
    chunkSize: config.chunkSize,
    skipCreateDrop: config.skipCreateDrop,
    autoStart: config.autoStart,
    adaptivePolling: config.adaptivePolling,
    autoResync: config.autoResync,
    autoResyncRetries: config.autoResyncRetries,
    maxPacketSize: config.maxPacketSize,
    includeSystem: config.includeSystem,
    includeFoxxQueues: config.includeFoxxQueues,
    requireFromPresent: config.requireFromPresent,
    verbose: config.verbose,
    incremental: config.incremental,
    restrictType: config.restrictType,
    restrictCollections: [...config.restrictCollections],
    connectionRetryWaitTime: config.connectionRetryWaitTime,
    initialSyncMaxWaitTime: config.initialSyncMaxWaitTime,
    idleMinWaitTime: config.idleMinWaitTime,
    idleMaxWaitTime: config.idleMaxWaitTime,
  }
}

/**
 * A configuration as it is kept, the secrets included, for `readConfig`: nothing that is answered may
 * be made of it.
 */
export function formatConfig(config: ApplierConfig): JsonObject {
  const { secret, ignoreErrors } = config
  const { password, jwt } = secret
  return {
    ...describeConfig(config),
    ...present({ password, jwt }),
    ignoreErrors: ignoreErrors === Infinity ? true : ignoreErrors,
  }
}

/** Members that have a value. */
function present(members: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
