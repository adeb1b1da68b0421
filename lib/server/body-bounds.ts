import type { FastifyReply, FastifyRequest } from 'fastify'
import { AnswerMemory } from './answer-memory.js'
import type { BodyKind } from './endpoint.js'
import type { LeaderLimits } from './leader-limits.js'
import { limitReached } from './request-error.js'
import type { StreamingSockets } from './streaming-sockets.js'

/** What {@link createBounds} bounds with. */
export interface BodyBoundParts {
  readonly limits: Pick<
    LeaderLimits,
    | 'requestBodyBytesMax'
    | 'listBodyBytesMax'
    | 'documentsBodyBytesMax'
    | 'heldListsBytesMax'
    | 'requestTimeoutMs'
  >
  /** The memory for bodies that bring documents. */
  readonly bodies: AnswerMemory
  readonly streams: StreamingSockets
}

/** How large the bodies of a kind are, each and together. */
export interface BodyBound {
  readonly bytesMax: number
  /** Takes the memory for a body before it comes: an error if there is none. */
  readonly hold: (request: FastifyRequest, reply: FastifyReply) => Error | undefined
}

/** The bounds of each kind of bodies. */
export function createBounds({
  limits,
  bodies,
  streams,
}: BodyBoundParts): Readonly<Record<BodyKind, BodyBound>> {
  const { requestBodyBytesMax, listBodyBytesMax, documentsBodyBytesMax } = limits
  const lists = new AnswerMemory(limits.heldListsBytesMax)
  return {
    small: { bytesMax: requestBodyBytesMax, hold: () => undefined },
    list: {
      bytesMax: listBodyBytesMax,
      hold: (request, reply) =>
        holdBody({ memory: lists, what: 'lists of revisions' }, listBodyBytesMax, request, reply),
    },
    documents: {
      bytesMax: documentsBodyBytesMax,
      hold: (request, reply) =>
        holdBody({ memory: bodies, what: 'documents' }, documentsBodyBytesMax, request, reply),
    },
    stream: {
      bytesMax: Number.MAX_SAFE_INTEGER,
      hold: ({ raw }) => {
        streams.add(raw)
        return undefined
      },
    },
  }
}

/** Takes the memory for a body until the answer is sent; a body of unknown length takes the most. */
function holdBody(
  { memory, what }: { readonly memory: AnswerMemory; readonly what: string },
  bytesMax: number,
  { headers }: FastifyRequest,
  { raw }: FastifyReply,
): Error | undefined {
  const { 'content-length': told, 'transfer-encoding': encoding } = headers
  const bytes = encoding === undefined ? Number(told ?? 0) : bytesMax
  const held = memory.begin()
  if (!held.take(Math.min(bytes, bytesMax))) return limitReached(what)
  raw.once('close', () => {
    held.release()
  })
  return undefined
}
