import type { Answer } from '../answer.js'
import type { AnswerMemory } from '../answer-memory.js'
import { errorAnswer } from '../error-answer.js'
import { limitReached } from '../request-error.js'

/** An answer that waits for somebody to fetch it. */
export interface HeldAnswer {
  /** Gives the answer, and its memory back. */
  take(): Answer
  /** Gives the memory back; does nothing the second time. */
  release(): void
}

/**
 * Reads an answer to its end and holds it. One for which there is no memory becomes the error that says
 * so, and what fails while it is read becomes the answer to that.
 *
 * @param signal - ends the reading
 */
export async function holdAnswer(
  answer: Answer,
  memory: AnswerMemory,
  signal: AbortSignal,
): Promise<HeldAnswer> {
  const held = memory.begin()
  const { status, headers } = answer
  const blocks: Buffer[] = []
  let refusal: Answer | undefined
  let isWhole = false
  try {
    for await (const block of blocksOf(answer)) {
      signal.throwIfAborted()
      if (!held.take(block.length)) throw limitReached('memory of answers')
      blocks.push(block)
    }
    isWhole = true
  } catch (error) {
    held.release()
    // What was read so far counts no more, so it must not wait for somebody either.
    blocks.length = 0
    refusal = errorAnswer(error)
  } finally {
    if (answer.kind === 'streamed') answer.close(isWhole)
  }
  return {
    take: () => {
      held.release()
      return refusal ?? { kind: 'whole', status, headers, body: Buffer.concat(blocks) }
    },
    release: () => {
      held.release()
    },
  }
}

async function* blocksOf(answer: Answer): AsyncGenerator<Buffer, void, undefined> {
  if (answer.kind === 'streamed') yield* answer.blocks
  else if (answer.body.length > 0) yield answer.body
}
