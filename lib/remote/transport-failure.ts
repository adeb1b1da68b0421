import type { TransportFailure } from './remote-error.js'

const unsent = (reason: string): TransportFailure => ({ reason, wasSent: false, isPassing: true })
const lost = (reason: string): TransportFailure => ({ reason, wasSent: true, isPassing: true })

const refused = (reason: string): TransportFailure => ({
  reason,
  wasSent: true,
  isPassing: false,
})

const UNKNOWN_AUTHORITY = refused('its certificate is of an authority that is not known here')
const LOST = lost('the connection was lost before the answer was complete')
const NO_ROUTE = unsent('there is no route to the host')
/** Neither the head of the answer nor more of its body came in time. */
export const SILENT: TransportFailure = lost('the server went silent')
const CUT = lost('the answer ended early')
const CLOSED: TransportFailure = {
  reason: 'the source was closed meanwhile',
  wasSent: true,
  isPassing: false,
}

/** By the codes of node:net, node:dns, node:zlib and undici. */
const BY_CODE: ReadonlyMap<string, TransportFailure> = new Map([
  ['ECONNREFUSED', unsent('the connection was refused')],
  ['EHOSTUNREACH', NO_ROUTE],
  ['ENETUNREACH', NO_ROUTE],
  ['EAI_AGAIN', unsent('the name of the host could not be looked up')],
  ['ENOTFOUND', { reason: 'there is no host of that name', wasSent: false, isPassing: false }],
  ['UND_ERR_CONNECT_TIMEOUT', unsent('no connection came about in time')],
  ['ECONNRESET', LOST],
  ['EPIPE', LOST],
  ['ETIMEDOUT', LOST],
  ['UND_ERR_SOCKET', LOST],
  ['UND_ERR_HEADERS_TIMEOUT', SILENT],
  ['UND_ERR_BODY_TIMEOUT', SILENT],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', CUT],
  ['Z_BUF_ERROR', CUT],
  ['Z_DATA_ERROR', lost('its compressed answer is damaged')],
  ['ERR_SSL_WRONG_VERSION_NUMBER', refused('it does not speak TLS; try http://')],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', refused('its certificate is self-signed')],
  ['SELF_SIGNED_CERT_IN_CHAIN', refused('its certificate is self-signed')],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['ERR_TLS_CERT_ALTNAME_INVALID', refused('its certificate is for another host')],
  ['CERT_NOT_YET_VALID', refused('its certificate is not valid yet')],
  ['CERT_HAS_EXPIRED', refused('its certificate has expired')],
  ['UND_ERR_DESTROYED', CLOSED],
  ['UND_ERR_CLOSED', CLOSED],
])

/**
 * Says how a request failed, from the error of the HTTP client. What is not known, such as a refused
 * certificate, is not tried again.
 */
export function describeTransportFailure(error: unknown): TransportFailure {
  const { code = '', name, message } = error as NodeJS.ErrnoException
  const known = BY_CODE.get(code)
  if (known !== undefined) return known
  if (name === 'HTTPParserError') return message.includes('EOF') ? CUT : notHttp(message)
  return { reason: code === '' ? message : `${message} (${code})`, wasSent: true, isPassing: false }
}

function notHttp(message: string): TransportFailure {
  return { reason: `the answer is not HTTP (${message})`, wasSent: true, isPassing: false }
}
