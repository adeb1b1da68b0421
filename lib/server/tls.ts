import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { TlsError, type TlsPart } from './tls-error.js'

/** What a leader shows to clients of `https://`. */
export interface LeaderTls {
  /** The certificate, and those between it and its root, as PEM. */
  readonly cert: string | Buffer
  /** The private key of the first certificate, as PEM without a password. */
  readonly key: string | Buffer
}

/** The oldest protocol that is still spoken. */
const MIN_VERSION = 'TLSv1.2'

/**
 * Checks a certificate and its key, and makes of them what node's servers take.
 *
 * @throws {@link TlsError} that tells which of them is not fit
 */
export function secureOptions({ cert, key }: LeaderTls): SecureContextOptions {
  const certificate = attempt('certificate', 'it is no certificate in PEM form', () => {
    return new X509Certificate(cert)
  })
  const privateKey: KeyObject = attempt('key', 'it is no private key in PEM form', () => {
    return createPrivateKey(key)
  })
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsError('key', 'it is not the key of the certificate')
  }
  const options: SecureContextOptions = { cert, key, minVersion: MIN_VERSION }
  attempt('certificate', 'the system refuses it, or one of those after it', () => {
    return createSecureContext(options)
  })
  return options
}

function attempt<Result>(part: TlsPart, reason: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw new TlsError(part, reason, { cause })
  }
}
