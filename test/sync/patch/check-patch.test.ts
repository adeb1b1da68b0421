import assert from 'node:assert/strict'
import { PatchFileError, readPatch, type PatchTotals } from '../../../lib/sync/index.js'
import { PatchChecker, type PatchPlan } from '../../../lib/sync/patch/check-patch.js'
import { formatMakeLine } from '../../../lib/sync/patch/patch-lines.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { definitionOf, writeLines } from './patch-support.js'

describe('PatchChecker', () => {
  const { at } = useTemporaryDirectory()
  const present = [definitionOf('c'), definitionOf('d')]
  const makeLine = (...parameters: Parameters<typeof definitionOf>): string =>
    formatMakeLine(definitionOf(...parameters))
      .toString()
      .trimEnd()
  const document = (collection: string): string =>
    `{"type":2300,"cname":"${collection}","data":{"_key":"secret"}}`

  async function check(
    lines: readonly string[],
    totals: Partial<PatchTotals> = {},
  ): Promise<PatchPlan> {
    await writeLines(at('patch'), lines, totals)
    const patch = await readPatch(at('patch'))
    try {
      const checker = new PatchChecker(patch, present, ['v'])
      for await (const chunk of patch.chunks()) checker.check(chunk)
      return checker.finish()
    } finally {
      await patch.close()
    }
  }

  async function assertRefuses(
    lines: readonly string[],
    lineNumber: number | undefined,
    reason: string | RegExp,
    totals: Partial<PatchTotals> = {},
  ): Promise<void> {
    await assert.rejects(check(lines, totals), (error: unknown) => {
      assert.ok(error instanceof PatchFileError, String(error))
      assert.equal(error.lineNumber, lineNumber)
      const place = lineNumber === undefined ? '' : `line ${lineNumber}: `
      const start = `Cannot read patch "${at('patch')}": ${place}`
      assert.ok(error.message.startsWith(start), error.message)
      const told = error.message.slice(start.length)
      if (typeof reason === 'string') assert.equal(told, reason)
      else assert.match(told, reason)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
  }

  it('finds what is made and dropped', async () => {
    const plan = await check([
      makeLine('new', { type: 3, indexes: [{ type: 'hash', fields: ['x'] }] }),
      document('new'),
      document('c'),
      '{"type":2302,"cname":"c","data":{"_key":"1","_rev":"_a"}}',
      '{"type":2001,"cname":"d"}',
      '{"type":2001,"cname":"gone already"}',
    ])
    assert.deepEqual(plan.dropped, ['d', 'gone already'])
    assert.deepEqual(plan.made, [
      definitionOf('new', { type: 3, indexes: [{ type: 'hash', fields: ['x'] }] }),
    ])
  })

  it('does not drop what is made anew', async () => {
    const lines = ['{"type":2001,"cname":"c"}', makeLine('c', { type: 3 }), document('c')]
    const { dropped, made } = await check(lines)
    assert.deepEqual([dropped, made.map(({ name }) => name)], [[], ['c']])
  })

  it('names the line that is wrong', async () => {
    for (const [line, reason] of [
      ['{"type":2300,"cname":"c","data":{"_key":"secret"}', /./],
      ['{"type":2300,"cname":"c","data":{"_key":"secret",}}', /\(byte \d+ of the line\)$/],
      ['{"type":2300,"cname":"c","data":{"key":"secret"}}', /^the entry has no text "_key"/],
      ['{"type":2300,"cname":"c","data":["secret"]}', /"data"/],
      ['{"type":2300,"cname":"c"}', /"data"/],
      ['{"type":2302,"cname":"c","data":{"_key":""}}', /^the key is empty/],
      ['{"type":2305,"cname":"c","data":{"_key":"secret"}}', /^the type is not/],
      ['{"type":2300,"data":{"_key":"secret"}}', /^there is no name of a collection/],
      ['{"_key":"secret"}', /^the type is not/],
      ['{"type":2300,"cname":"c","_key":"secret"}', 'it is no line of a patch'],
      ['{"type":2300,"cname":"c","data":{"_key":"a"},"tick":"1"}', 'it is no line of a patch'],
      [document('x'), 'the target has no collection "x"'],
      [document('../c'), 'the target has no collection "../c"'],
      ['{"type":2000,"cname":"n"}', 'there is no definition of the collection, "data"'],
      ['{"type":2000,"cname":"n","data":{"parameters":{}}}', 'it does not define a collection'],
      ['{"type":2000,"cname":"n","data":7}', 'it does not define a collection'],
      [
        makeLine('other').replace('"cname":"other"', '"cname":"n"'),
        'the definition is one of a collection of another name',
      ],
    ] as const) {
      await assertRefuses([document('c'), line, document('c')], 3, reason)
    }
  })

  it('refuses what a store would refuse in the middle of the work', async () => {
    const named = (name: string): string => JSON.stringify(name).slice(1, -1)
    for (const name of ['../x', '__proto__', 'a\nb', '7', ' a', 'a\u0300', 'n'.repeat(257)]) {
      const shown = named(name).replace(/[\\.]/g, '\\$&')
      await assertRefuses(
        [document('c'), makeLine(name)],
        3,
        new RegExp(`^Cannot use "${shown.slice(0, 256)}" as a collection name: `),
      )
    }
    await assertRefuses([makeLine('v')], 2, 'the target has a view that is named "v"')
    const key = 'secret'.repeat(43)
    for (const type of [2300, 2302]) {
      const line = `{"type":${type},"cname":"c","data":{"_key":"${key}"}}`
      await assertRefuses([line], 2, 'the key is longer than 254 bytes')
    }
    const half = '{"type":2300,"cname":"c","data":{"_key":"secret\\ud800"}}'
    await assertRefuses([half], 2, 'the key is not well-formed Unicode')
  })

  it('names a line that is not UTF-8', async () => {
    const line = document('c')
    await writeLines(at('patch'), [line, line])
    const patch = await readPatch(at('patch'))
    const checker = new PatchChecker(patch, present, ['v'])
    for await (const chunk of patch.chunks()) {
      chunk.buffer[chunk.buffer.length - 6] = 0xff
      const expected = { code: 'ERR_PATCH_FILE', lineNumber: 3, message: /it is not UTF-8$/ }
      assert.throws(() => {
        checker.check(chunk)
      }, expected)
    }
    await patch.close()
  })

  it('refuses lines that contradict each other', async () => {
    const drop = '{"type":2001,"cname":"c"}'
    await assertRefuses([document('c'), drop], 2, 'another line drops "c"')
    await assertRefuses([drop, drop], 3, 'it drops a collection again')
    await assertRefuses([makeLine('n'), makeLine('n')], 3, 'it makes a collection again')
    await assertRefuses([document('n'), makeLine('n')], 2, 'the target has no collection "n"')
  })

  it('leaves the identity of a collection to the one that no line speaks of', async () => {
    const line = makeLine('n', { guid: 'g/c' })
    const kept = await check(['{"type":2001,"cname":"c"}', line])
    assert.deepEqual(kept.made, [definitionOf('n', { guid: 'g/c' })])
    const { made } = await check([line])
    assert.equal(made[0]?.globallyUniqueId, undefined)
    assert.deepEqual(made[0]?.parameters, { name: 'n', type: 2 })
  })

  it('refuses a patch whose lines are not those that it tells of', async () => {
    const lines = [document('c'), document('d')]
    const reason = 'its lines are not those its first line tells of'
    for (const totals of [{ documents: 1 }, { removals: 1 }, { made: 1 }, { dropped: 1 }]) {
      await assertRefuses(lines, undefined, reason, totals)
    }
    assert.deepEqual(await check(lines), { made: [], dropped: [] })
  })
})
