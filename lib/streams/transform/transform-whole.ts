import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionPath } from './collection-paths.js'
import type { TransformCounter } from './transform-counter.js'
import type { TransformedChunk } from './transform-runner.js'

/** What becomes of a chunk of which no document has to be looked at; else undefined. */
export function transformWhole(
  chunk: EntryChunk,
  path: CollectionPath,
  counter: TransformCounter,
): TransformedChunk | undefined {
  const isDropped = path.isLeftOut || path.data[0] === 'none'
  if (!isDropped && path.data.some((data) => data !== 'unchanged')) return undefined
  counter.addUnseen(countLines(chunk), isDropped ? 'dropped' : 'unchanged')
  const isEmpty = isDropped || chunk.lineCount === 0
  return { chunks: isEmpty ? [] : [chunk], routed: new Map() }
}

function countLines(chunk: EntryChunk): number {
  let count = 0
  for (let index = 0; index < chunk.lineCount; index += 1) if (!chunk.isBlank(index)) count += 1
  return count
}
