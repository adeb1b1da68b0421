import { TLSSocket, type DetailedPeerCertificate } from 'node:tls'
import type { buildConnector } from 'undici'
import type { RemoteAddress } from '../../replica/index.js'
import type { TlsFacts } from './examination.js'

const SECURE = 'https:'
const DEFAULT_PORT = '443'

/**
 * Shakes hands with a server, as each connection to it does, and looks at how.
 *
 * @param connect - opens connections; it has refused the certificates that are not trusted
 * @returns undefined without TLS, and where no connection came about
 */
export function probeTls(
  { url }: RemoteAddress,
  connect: buildConnector.connector,
): Promise<TlsFacts | undefined> {
  const { protocol, hostname, host, port } = new URL(url)
  if (protocol !== SECURE) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    connect({ protocol, hostname, host, port: port || DEFAULT_PORT }, (error, socket) => {
      if (error !== null) {
        resolve(undefined)
        return
      }
      resolve(socket instanceof TLSSocket ? factsOf(socket) : undefined)
      socket.destroy()
    })
  })
}

/** What node:tls says of certificates that it does not trust: there is TLS, but for them. */
const DISTRUST = /^(?:CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT_)/

/** Tells whether a server that was asked without TLS speaks it. */
export function speaksTls(
  { url }: RemoteAddress,
  connect: buildConnector.connector,
): Promise<boolean> {
  const { hostname, host, port } = new URL(url)
  return new Promise((resolve) => {
    connect({ protocol: SECURE, hostname, host, port }, (error, socket) => {
      socket?.destroy()
      const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
      resolve(error === null || DISTRUST.test(code))
    })
  })
}

function factsOf(socket: TLSSocket): TlsFacts {
  const certificate: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true)
  const { subject, issuer, subjectaltname, valid_from: from, valid_to: to } = certificate
  return {
    protocol: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher().name,
    subject: nameOf(subject?.CN),
    issuer: nameOf(issuer?.CN),
    names: subjectaltname?.split(', ') ?? [],
    validFrom: isoOf(from),
    validTo: isoOf(to),
  }
}

function isoOf(text: string | undefined): string | undefined {
  const time = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** A certificate may have several, of which the first counts. */
function nameOf(names: string | readonly string[] | undefined): string | undefined {
  return typeof names === 'object' ? names[0] : names
}
