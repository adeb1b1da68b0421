import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { Writable } from 'node:stream'
import { createApplyView } from '../../lib/cli/progress/apply-view.js'
import { NOTHING_APPLIED, type ApplyEvent } from '../../lib/sync/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { definitionOf, differ, writeLines, writePatch } from '../sync/patch/patch-support.js'
import { DATABASE, makeStore, readState } from '../sync/patch/store-support.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark apply', () => {
  const { at } = useTemporaryDirectory()
  const target = (): string => `store:${at('b')}#${DATABASE}`

  beforeEach(async () => {
    await makeStore(at('b'), [
      { definition: definitionOf('c'), lines: ['{"_key":"1","_rev":"_kmX5mm6---"}'] },
      { definition: definitionOf('old'), lines: [] },
    ])
    await writePatch(at('patch'), [
      differ.onlyInB('c', '1', '{"_key":"1","_rev":"_kmX5mm6---"}'),
      differ.onlyInA('c', '2', '{"_key":"2","_rev":"_kmX5mm6--A"}'),
      differ.collectionOnlyInB(definitionOf('old')),
      differ.collectionOnlyInA(definitionOf('new'), ['{"_key":"3","_rev":"_kmX5mm6--B"}']),
    ])
  })

  async function assertPatched(): Promise<void> {
    const state = await readState(at('b'))
    const keys = Object.entries(state).map(([name, { documents }]) => [
      name,
      Object.keys(documents),
    ])
    assert.deepEqual(Object.fromEntries(keys), { c: ['2'], new: ['3'] })
  }

  it('applies a patch and sums up what was done, as often as it is asked', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { exitCode, stdout, stderr } = await runInProcess(['apply', at('patch'), target()])
      assert.equal(exitCode, 0, stderr)
      const done =
        '1 collection made, 1 collection dropped, 1 removal, 2 documents, 66 B of documents'
      assert.equal(stdout, `applied to ${target()}: ${done}\n`)
      assert.equal(
        stderr,
        `applying "${at('patch')}" to ${target()}\n  it makes store:b equal to store:a\n`,
      )
      await assertPatched()
    }
  })

  it('tells what happens as JSON', async () => {
    const { exitCode, stdout, stderr } = await runInProcess([
      'apply',
      at('patch'),
      target(),
      '--json',
    ])
    assert.equal(exitCode, 0, stderr)
    assert.equal(stderr, '')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ApplyEvent)
    assert.deepEqual(
      [...new Set(events.map(({ kind }) => kind))],
      ['started', 'progress', 'finished'],
    )
    await assertPatched()
  })

  it('names the line of a patch that is wrong, and changes nothing', async () => {
    const before = await readState(at('b'))
    await writeLines(at('patch'), [
      '{"type":2001,"cname":"c"}',
      '{"type":2300,"cname":"x","data":1}',
    ])
    const { exitCode, stdout, stderr } = await runInProcess(['apply', at('patch'), target()])
    assert.deepEqual([exitCode, stdout], [1, ''])
    const place = `tidemark: Cannot read patch "${at('patch')}": line 3: `
    assert.ok(stderr.split('\n').at(-2)?.startsWith(place), stderr)
    assert.deepEqual(await readState(at('b')), before)
  })

  it('makes neither a store nor a database', async () => {
    for (const missing of [`store:${at('typo')}`, `store:${at('b')}#typo`]) {
      const { exitCode, stderr } = await runInProcess(['apply', at('patch'), missing])
      assert.equal(exitCode, 1)
      assert.match(stderr, /^tidemark: Cannot (open|write)/)
    }
    assert.equal(existsSync(at('typo')), false)
  })

  it('refuses a target that is no store as wrong use', async () => {
    const { exitCode, stderr } = await runInProcess(['apply', at('patch'), `dir:${at('b')}`])
    assert.equal(exitCode, 2)
    assert.match(stderr, /^tidemark: Cannot apply a patch to dir:/)
  })
})

describe('createApplyView()', () => {
  it('says every two seconds how far it is', () => {
    let text = ''
    let time = 0
    const out = new Writable({
      write(piece: Buffer, _encoding, done) {
        text += piece.toString()
        done()
      },
    })
    const show = createApplyView(out, () => time)
    const progress = (bytes: number): ApplyEvent => ({
      kind: 'progress',
      phase: 'writing',
      bytes,
      bytesTotal: 300,
      totals: NOTHING_APPLIED,
    })
    show(progress(10))
    time = 2000
    show(progress(100))
    time = 3999
    show(progress(200))
    time = 4000
    show(progress(299))
    show({ kind: 'finished', totals: NOTHING_APPLIED })
    assert.equal(text, '  writing: 33 %\n  writing: 99 %\n')
  })
})
