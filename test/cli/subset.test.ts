import assert from 'node:assert/strict'
import { Command } from 'commander'
import { subsetOf, withSubset } from '../../lib/cli/subset-flags.js'
import { UsageError } from '../../lib/cli/usage-error.js'
import { startTestLeader } from '../server/support/test-leader.js'
import { structureOf, withFiles } from '../support/dump-directory.js'
import { createScriptedSource } from '../support/scripted-source.js'
import { linesOf } from './support/tail-leader.js'
import { runInProcess } from './support/run-in-process.js'

const lines = (...documents: object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('')

const MODULE = 'export default { document: (document) => ({ ...document, seen: true }) }'
const FILES = {
  'dump.json': '{"database":"shop","lastTickAtDumpStart":"7"}',
  'people.structure.json': structureOf('people'),
  'people.data.json': lines({ _key: 'a' }, { _key: 'b,c' }, { _key: 'd' }),
  'logs.structure.json': structureOf('logs'),
  'logs.data.json': lines({ _key: 'l' }),
  'knows.structure.json': structureOf('knows', { type: 3 }),
  'knows.data.json': lines(
    { _key: '1', _from: 'people/a', _to: 'people/b,c' },
    { _key: '2', _from: 'people/b,c', _to: 'people/d' },
  ),
}

describe('withSubset()', () => {
  function read(...words: readonly string[]): unknown {
    const command = withSubset(new Command('sync'))
    command.exitOverride().configureOutput({ writeErr: () => undefined })
    return command.parse(words, { from: 'user' }).opts()
  }

  it('reads ids, with commas in their keys, and may be given again', () => {
    const flags = read('--subset', 'p/a,b,q/c', '--subset', 'p/d')
    assert.deepEqual(flags, { subset: ['p/a,b', 'q/c', 'p/d'] })
  })

  it('refuses what is no id, and numbers and ways that there are none of', () => {
    for (const text of ['', 'p', 'p/', '/a', ',p/a', 'p/a/b']) {
      assert.throws(() => read('--subset', text), /Not ids such as/, text)
    }
    assert.throws(() => read('--steps', '-1'), /whole number from 0/)
    assert.throws(() => read('--direction', 'both'), /out, in, any/)
  })
})

describe('subsetOf()', () => {
  it('is the source itself where no subset is asked for', () => {
    const source = createScriptedSource([])
    assert.equal(subsetOf(source, {}), source)
    for (const flags of [
      { steps: 2 },
      { direction: 'in' },
      { along: ['e'] },
      { keepOthers: true },
    ]) {
      assert.throws(() => subsetOf(source, flags as object), UsageError, JSON.stringify(flags))
    }
  })
})

describe('tidemark sync --subset', () => {
  async function keysIn(store: string): Promise<string[]> {
    const changes = linesOf(await runInProcess(['tail', store]))
    return changes
      .flatMap(({ collection, key }) => (key === undefined ? [] : [`${collection ?? ''}/${key}`]))
      .sort()
  }

  it('copies what edges reach, of a directory and of a server alike', async () => {
    await withFiles(FILES, async (path) => {
      const leader = await startTestLeader()
      try {
        await leader.store.createDatabase('shop')
        const served = `${leader.url}/_db/shop`
        const direct = `store:${path}/direct#shop`
        const over = `store:${path}/over#shop`
        const words = ['--subset', 'people/a', '--direction', 'out']
        const none = await runInProcess(['sync', path, direct, ...words])
        assert.equal(none.exitCode, 0, none.stderr)
        assert.deepEqual(await keysIn(direct), ['knows/1', 'people/a', 'people/b,c'])
        const copied = await runInProcess(['sync', path, served])
        assert.equal(copied.exitCode, 0, copied.stderr)
        const whole = [...words, '--steps', '2', '--keep-others']
        const { exitCode, stderr } = await runInProcess(['sync', served, over, ...whole])
        assert.equal(exitCode, 0, stderr)
        assert.deepEqual(await keysIn(over), [
          'knows/1',
          'knows/2',
          'logs/l',
          'people/a',
          'people/b,c',
          'people/d',
        ])
      } finally {
        await leader.close()
      }
    })
  })

  it('refuses what needs the target to be as the source', async () => {
    const words = ['sync', 'store:./none', 'store:./none2', '--subset', 'p/a']
    for (const [flag, message] of [
      ['--incremental', /Cannot take --incremental with --subset/],
      ['--follow', /Cannot take --follow with --subset/],
      ['--all-databases', /Cannot copy all databases with --subset/],
    ] as const) {
      const { exitCode, stderr } = await runInProcess([...words, flag])
      assert.equal(exitCode, 2)
      assert.match(stderr, message)
    }
  })
})

describe('tidemark dump and restore --subset', () => {
  const data = async (path: string): Promise<string> => {
    const { stdout, stderr } = await runInProcess(['dump', path, '-', '--collection', 'people'])
    assert.equal(stderr, '')
    return stdout
  }

  it('write and read a part, and through transforms', async () => {
    await withFiles({ ...FILES, 'm.mjs': MODULE }, async (path) => {
      const part = `${path}/part`
      const words = ['--subset', 'people/a', '--steps', '1', '--transform', `${path}/m.mjs`]
      const { exitCode, stderr } = await runInProcess(['dump', path, part, ...words])
      assert.equal(exitCode, 0, stderr)
      const seen = '{"_key":"a","seen":true}\n{"_key":"b,c","seen":true}\n'
      assert.equal(await data(part), seen)
      const store = `store:${path}/restored#shop`
      const more = ['--subset', 'people/a', '--steps', '0', '--transform', `${path}/m.mjs`]
      const restored = await runInProcess(['restore', path, store, ...more])
      assert.equal(restored.exitCode, 0, restored.stderr)
      assert.match(await data(store), /^\{"_key":"a","_rev":"[^"]+","seen":true\}\n$|"seen":true/)
      assert.equal((await data(store)).split('\n').length, 2)
    })
  })

  it('refuse a subset of all databases, and flags without one', async () => {
    for (const words of [
      ['dump', './none', './none2', '--all-databases', '--subset', 'p/a'],
      ['restore', './none', 'store:./none2', '--all-databases', '--subset', 'p/a'],
      ['dump', './none', '-', '--collection', 'a', '--subset', 'p/a'],
    ]) {
      const { exitCode, stderr } = await runInProcess(words)
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, /ids do not tell|Cannot take --subset/)
    }
  })
})
