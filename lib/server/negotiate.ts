import { CONTENT_TYPE, VelocyPackWriter } from '../wire/index.js'
import type { Answer } from './answer.js'
import type { BodyFormat } from './body-format.js'

/**
 * Brings an answer into the format that the client wants: the one place where JSON that is answered
 * whole, errors too, becomes VelocyPack. What is streamed has its format already, and lines of a dump
 * are no JSON value.
 *
 * @throws VelocyPackError when a text of the answer is not Unicode
 */
export function negotiate(answer: Answer, format: BodyFormat): Answer {
  if (format === 'json' || answer.kind !== 'whole') return answer
  if (answer.headers['content-type'] !== CONTENT_TYPE.json) return answer
  const { body, headers } = answer
  return {
    ...answer,
    headers: { ...headers, 'content-type': CONTENT_TYPE.velocypack },
    body: new VelocyPackWriter().write(body),
  }
}
