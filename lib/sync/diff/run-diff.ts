import assert from 'node:assert/strict'
import type { Source } from '../../replica/index.js'
import { runToEnd } from '../run-to-end.js'
import type { DiffEvent, DiffFinished } from './diff-event.js'
import type { DiffOptions } from './diff-options.js'
import { diffReplicas } from './diff-replicas.js'

/**
 * Compares two replicas as {@link diffReplicas} does, and resolves when that is done.
 *
 * @param onEvent - sees what happens
 * @throws what {@link diffReplicas} throws, as a rejection
 */
export async function runDiff(
  a: Source,
  b: Source,
  options: DiffOptions = {},
  onEvent?: (event: DiffEvent) => void,
): Promise<DiffFinished> {
  const last = await runToEnd(diffReplicas(a, b, options), onEvent)
  assert.equal(last?.kind, 'finished')
  return last
}
