import { CONTENT_TYPE } from '../wire/index.js'
import type { RemoteAnswer } from './remote-answer.js'

const NO_CONTENT = 204

/**
 * Tells why the body of an answer cannot be read as lines. Servers that do not tell a type at all are
 * believed; an answer without a length could be cut off unseen.
 *
 * @returns undefined when it can be read, or there is none
 */
export function refuseBody({ status, contentType, isDelimited }: RemoteAnswer): string | undefined {
  if (status === NO_CONTENT) return undefined
  if (contentType === CONTENT_TYPE.velocypack) return 'the answer is VelocyPack, not asked for'
  if (contentType !== '' && contentType !== CONTENT_TYPE.dump) {
    return `the answer is of type "${contentType}" instead of ${CONTENT_TYPE.dump}`
  }
  return isDelimited ? undefined : 'the answer does not tell its length, so a cut could not be seen'
}

/** The reason why an answer without a header is refused that followers insist on. */
export function missingHeader(name: string): string {
  return `the answer has no header ${name}`
}
