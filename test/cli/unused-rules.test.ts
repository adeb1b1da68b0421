import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { unusedRulesWarning } from '../../lib/cli/unused-rules.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const RULE = { path: 'no\u001b', type: 'random' }
const MASKINGS = {
  people: { type: 'masked', maskings: [RULE] },
  'pe\u001bple': { type: 'masked', maskings: [RULE] },
}
const WARNING =
  /^warning: 2 rules matched nothing: rule 1 of "people", rule 1 of "pe\\u\{1b\}ple"$/m

describe('rules that match nothing', () => {
  const { at } = useTemporaryDirectory()

  beforeEach(async () => {
    await writeSampleDump(at('from'), [{ name: 'people', count: 3 }])
    await writeFile(at('m.json'), JSON.stringify(MASKINGS))
  })

  for (const [command, words] of [
    ['dump', ['--maskings']],
    ['restore', ['--transform']],
    ['sync', ['--transform']],
  ] as const) {
    it(`are told at the end of ${command}, where all collections pass`, async () => {
      const target = command === 'dump' ? at('to') : `store:${at('store')}`
      const file = command === 'dump' ? at('m.json') : `mask:${at('m.json')}`
      const flags = [command, at('from'), target, ...words, file]
      const chosen = await runInProcess([...flags, '--collections', 'people'])
      assert.deepEqual([chosen.exitCode, chosen.stderr.includes('matched nothing')], [0, false])
      const again = command === 'dump' ? ['--overwrite'] : []
      const { exitCode, stderr } = await runInProcess([...flags, ...again])
      assert.equal(exitCode, 0, stderr)
      assert.match(stderr, WARNING)
    })
  }

  it('are not told where nothing passed, or something failed', async () => {
    await writeSampleDump(at('empty'), [{ name: 'people', count: 0 }])
    const mask = ['--transform', `mask:${at('m.json')}`]
    const empty = await runInProcess(['sync', at('empty'), `store:${at('store')}`, ...mask])
    assert.deepEqual([empty.exitCode, empty.stderr.includes('matched nothing')], [0, false])
    await writeFile(at('bad.mjs'), 'export default () => { throw new Error() }')
    const bad = ['--transform', at('bad.mjs')]
    const failed = await runInProcess(['sync', at('from'), `store:${at('s')}`, ...mask, ...bad])
    assert.deepEqual([failed.exitCode, failed.stderr.includes('matched nothing')], [1, false])
  })
})

describe('unusedRulesWarning()', () => {
  it('tells one, and not too many', () => {
    assert.equal(unusedRulesWarning(['a']), '1 rule matched nothing: a')
    const names = Array.from({ length: 12 }, (_, index) => `r${index}`)
    assert.match(unusedRulesWarning(names), /^12 rules matched nothing: r0, .*, r9, and 2 more$/)
  })
})
