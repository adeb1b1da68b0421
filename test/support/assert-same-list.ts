import assert from 'node:assert/strict'

const CONTEXT = 3

/**
 * Fails where two lists differ, with what stands around the first difference: of ten thousand items
 * nobody wants to see more, and comparing their texts would take minutes.
 */
export function assertSameList(
  actual: readonly string[],
  expected: readonly string[],
  what = 'list',
): void {
  const length = Math.max(actual.length, expected.length)
  for (let index = 0; index < length; index += 1) {
    if (actual[index] === expected[index]) continue
    const around = (list: readonly string[]): string =>
      list.slice(Math.max(0, index - CONTEXT), index + CONTEXT).join('\n    ')
    const lengths = `${actual.length} items in place of ${expected.length}`
    const parts = [`actual:\n    ${around(actual)}`, `expected:\n    ${around(expected)}`]
    assert.fail(`${what} differs at ${index} (${lengths})\n  ${parts.join('\n  ')}`)
  }
}
