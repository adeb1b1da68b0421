import { move, transferableSymbol, valueSymbol } from 'piscina'
import { runTransformTask } from '../lib/streams/transform/run-transform-task.js'
import {
  buffersOf,
  type TransformAnswer,
  type TransformTask,
} from '../lib/streams/transform/transform-task.js'

/** Transforms the documents of one part of a chunk. */
export default async function transform(task: TransformTask): Promise<unknown> {
  const answer = await runTransformTask(task)
  if (answer.kind !== 'done') return answer
  return move({ [valueSymbol]: answer, [transferableSymbol]: movable(answer) })
}

/** What of an answer moves instead of being copied. */
function movable(answer: Extract<TransformAnswer, { readonly kind: 'done' }>): ArrayBuffer[] {
  const own = answer.chunks === 'same' ? [] : answer.chunks
  const others = answer.routed.flatMap(([, chunks]) => chunks)
  return [...own, ...others].flatMap(buffersOf)
}
