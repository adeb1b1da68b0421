import { BlockList, isIP, isIPv6 } from 'node:net'
import { canonicalIpv6, parseHost } from './sync-endpoint.js'

/** A host that synchronisations may read. */
interface SyncPermit {
  /** As `parseHost` has it; `localhost` stands for all addresses of this machine's loopback. */
  readonly host: string
  /** Undefined: any. */
  readonly port: number | undefined
}

/** Decides which servers the leader connects to for those who ask it to. */
export type MaySyncFrom = (address: string, target: { host: string; port: number }) => boolean

const LOCALHOST = 'localhost'
/** Who may be read unless the operator says otherwise: whatever listens on loopback. */
export const SYNC_FROM_DEFAULT: readonly string[] = [LOCALHOST]
const PERMIT = /^(\[[^\]]*\]|[^[\]:]+)(?::(\d{1,5}))?$/
const PORT_MAX = 65_535
const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/**
 * Addresses that no name gives access to, since whoever answers for the name could point it there: of
 * this machine, of the link and with it those at which clouds tell secrets, of many, of none, and IPv6
 * addresses that stand for IPv4 ones.
 */
const NOT_BY_NAME = new BlockList()
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['224.0.0.0', 3],
] as const) {
  NOT_BY_NAME.addSubnet(address, bits, 'ipv4')
}
for (const [address, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fd00:ec2::254', 128],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_BY_NAME.addSubnet(address, bits, 'ipv6')
}

/**
 * Reads the hosts that an operator allows, each as `HOST` or `HOST:PORT`. An address allows
 * itself, whatever name led to it; `localhost` all of loopback; a name what it resolves to, but for
 * addresses that have to be named themselves.
 *
 * @throws RangeError when one of them is not of that form
 */
export function createMaySyncFrom(hosts: readonly string[]): MaySyncFrom {
  const permits = hosts.map(parsePermit)
  return (address, { host, port }) => {
    const plain = plainAddress(address)
    return permits.some(
      (permit) =>
        (permit.port === undefined || permit.port === port) && covers(permit.host, host, plain),
    )
  }
}

function parsePermit(text: string): SyncPermit {
  const [, hostText = '', portText] = PERMIT.exec(text) ?? []
  const host = parseHost(hostText)
  const port = portText === undefined ? undefined : Number(portText)
  if (host !== undefined && port !== 0 && (port ?? 1) <= PORT_MAX) return { host, port }
  throw new RangeError(`Cannot allow synchronisations from "${text}": it is not HOST or HOST:PORT`)
}

function covers(permitted: string, host: string, address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (permitted === LOCALHOST) return LOOPBACK.check(address, family)
  if (isIP(permitted) !== 0) return permitted === address
  return permitted === host && !NOT_BY_NAME.check(address, family)
}

/** An address in its one spelling; one of IPv4 that is written as IPv6 is that of IPv4. */
function plainAddress(address: string): string {
  if (!isIPv6(address)) return address
  // A zone tells which link, and nothing of the address.
  const canonical = canonicalIpv6(address.replace(/%.*$/, ''))
  const [, high, low] = MAPPED_IPV4.exec(canonical) ?? []
  if (high === undefined || low === undefined) return canonical
  const bits = [high, low].map((text) => Number.parseInt(text, 16))
  return bits.flatMap((part) => [part >> 8, part & 0xff]).join('.')
}
