import { isIPv4, isIPv6 } from 'node:net'
import { badRequest, type RequestError } from '../request-error.js'

/** The server that is read, as the body of a request names it. */
export interface SyncEndpoint {
  /** `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly url: string
  /** A name in lower case, or an IP address without brackets. */
  readonly host: string
  readonly port: number
}

/** The port of ArangoDB, whatever the scheme: its endpoints are no URLs. */
const PORT_DEFAULT = 8529
const PORT_MAX = 65_535
const ENDPOINT =
  /^(tcp|ssl|https?|http\+tcp|http\+ssl):\/\/(\[[^\]]*\]|[^[\]:/]+)(?::(\d{1,5}))?\/?$/i
const SECURE_SCHEMES: readonly string[] = ['ssl', 'https', 'http+ssl']
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/
const HOST_NAME_LENGTH_MAX = 254
/** What resolvers take for an address in other words: `127.1`, `2130706433`, `0x7f.1`. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/
const MAPPED_IPV4 = '::ffff:'

/**
 * Reads an endpoint of the forms `tcp://`, `ssl://`, `http://` and `https://`. Hosts have one spelling
 * each, so that what is looked at is what is connected to: no credentials, no other forms of IPv4
 * addresses than four decimal numbers, no IPv4 addresses inside IPv6 ones.
 *
 * @throws RequestError 400
 */
export function parseSyncEndpoint(text: string): SyncEndpoint {
  const [, scheme = '', hostText = '', portText] = ENDPOINT.exec(text) ?? []
  const host = parseHost(hostText)
  const port = portText === undefined ? PORT_DEFAULT : Number(portText)
  if (host === undefined || port < 1 || port > PORT_MAX) throw invalidEndpoint()
  const protocol = SECURE_SCHEMES.includes(scheme.toLowerCase()) ? 'https' : 'http'
  const authority = isIPv6(host) ? `[${host}]` : host
  return { url: `${protocol}://${authority}:${port}`, host, port }
}

/** The answer to an endpoint that is missing or not of a known form. */
export function invalidEndpoint(): RequestError {
  return badRequest('<endpoint> must be a valid endpoint')
}

/**
 * Reads a host of its one spelling.
 *
 * @param text - an IPv6 address stands in brackets
 * @returns without brackets, in lower case; undefined when it is none
 */
export function parseHost(text: string): string | undefined {
  if (text.startsWith('[') && text.endsWith(']')) return parseIpv6(text.slice(1, -1))
  if (isIPv4(text)) return text
  const name = text.toLowerCase()
  const isName = name.length <= HOST_NAME_LENGTH_MAX && HOST_NAME.test(name)
  if (!isName || NUMERIC_END.test(name)) return undefined
  return name.endsWith('.') ? name.slice(0, -1) : name
}

function parseIpv6(text: string): string | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined
  const address = canonicalIpv6(text)
  return address.startsWith(MAPPED_IPV4) ? undefined : address
}

/** The one spelling of an IPv6 address: lower case, shortest, hexadecimal. */
export function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}
