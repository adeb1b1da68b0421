import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'

/** Decides whether a connection to an IP address may be opened. */
type MayConnect = (address: string) => boolean

/** A connection was not opened, since it must not be. */
export class ForbiddenAddressError extends Error {
  constructor() {
    super('it has no address that may be connected to')
  }
}

/**
 * Makes what opens connections. Addresses are judged at the very moment at which they are connected
 * to: a name that was looked up before may have another address by then.
 */
export function createConnector(
  timeoutMs: number,
  mayConnect?: MayConnect,
): buildConnector.connector {
  if (mayConnect === undefined) return buildConnector({ timeout: timeoutMs })
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: createLookup(mayConnect),
  })
  return (options, callback) => {
    const { hostname } = options
    // Only names are looked up.
    if (isIP(hostname) === 0 || mayConnect(hostname)) {
      connect(options, callback)
      return
    }
    queueMicrotask(() => {
      callback(new ForbiddenAddressError(), null)
    })
  }
}

/** Looks a name up, and keeps of its addresses those that may be connected to. */
function createLookup(mayConnect: MayConnect): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, [])
        return
      }
      const allowed = found.filter(({ address }) => mayConnect(address))
      const [first] = allowed
      if (first === undefined) callback(new ForbiddenAddressError(), [])
      else if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
