import type { TransformCounts } from '../streams/index.js'
import { formatCount, plural } from './human.js'

/** What transforms did, in a few words; of counts that are 0 nothing is said. */
export function describeTransforms(counts: TransformCounts): string {
  const { documents, changed, dropped, added, routed, failed } = counts
  const told = [
    [changed, 'changed'],
    [dropped, 'dropped'],
    [added, 'added'],
    [routed, 'sent to other collections'],
    [failed, 'failed'],
  ] as const
  const parts = told.flatMap(([count, what]) =>
    count > 0 ? [`${formatCount(count)} ${what}`] : [],
  )
  return `transformed: ${[plural(documents, 'document'), ...parts].join(', ')}`
}
