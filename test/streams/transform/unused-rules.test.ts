import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import {
  createParallelRunner,
  createTransformRunner,
  loadTransform,
  maskDocuments,
  pseudonymise,
  type DocumentTransform,
  type TransformRunner,
} from '../../../lib/streams/transform/index.js'
import { RuleUse } from '../../../lib/streams/transform/rule-use.js'
import { chunkOf } from '../../support/chunk.js'
import { infoOf } from '../../support/transform-lines.js'
import { applyTo } from '../../support/transform-context.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const RANDOM = { type: 'random' }
const MASKINGS = {
  users: {
    type: 'masked',
    maskings: [
      { path: 'name', ...RANDOM },
      { path: 'nmae', ...RANDOM },
      { path: '.street', ...RANDOM },
    ],
  },
  usres: { type: 'masked', maskings: [{ path: '*', ...RANDOM }] },
  open: { type: 'full', maskings: [{ path: 'x', ...RANDOM }] },
  '*': { type: 'masked', maskings: [{ path: 'any', ...RANDOM }] },
}
const KEY = '0123456789abcdef0123456789abcdef'

function unusedOf(transform: DocumentTransform): readonly string[] | undefined {
  return transform.unusedRules?.()
}

describe('RuleUse', () => {
  it('knows what was not noted, in its order', () => {
    const use = new RuleUse(['a', 'b', 'c'])
    const double = use.noting('b', (n: number) => 2 * n)
    assert.deepEqual(use.unused, ['a', 'b', 'c'])
    assert.equal(double(4), 8)
    use.note('b')
    assert.deepEqual(use.unused, ['a', 'c'])
  })
})

describe('maskDocuments() and rules that match nothing', () => {
  it('names them, but for those of collections that are not masked', () => {
    const transform = maskDocuments(MASKINGS)
    applyTo(transform, { _key: 'a', name: 'x', street: {} }, 'users')
    applyTo(transform, { _key: 'a', x: 1 }, 'open')
    const names = ['rule 2 of "users"', 'rule 3 of "users"', 'rule 1 of "usres"', 'rule 1 of "*"']
    assert.deepEqual(unusedOf(transform), names)
    applyTo(transform, { _key: 'b', address: { street: 's' } }, 'users')
    applyTo(transform, { _key: 'b', any: 1 }, 'others')
    assert.deepEqual(unusedOf(transform), ['rule 2 of "users"', 'rule 1 of "usres"'])
  })
})

describe('pseudonymise() and rules that match nothing', () => {
  const definition = {
    keys: { users: 'hex', usres: 'hex', '*': 'hex' },
    attributes: {
      users: [
        { path: 'mail', type: 'email' },
        { path: 'mial', type: 'email' },
      ],
    },
  }

  it('names keys of collections that nothing is of, and attributes that are nowhere', () => {
    const transform = pseudonymise(definition, { key: KEY })
    applyTo(transform, { _key: 'a', _id: 'users/a', mail: 'a@b.c' }, 'users')
    const names = ['"keys" of "usres"', '"keys" of "*"', 'attribute "mial" of "users"']
    assert.deepEqual(unusedOf(transform), names)
    applyTo(transform, { _key: 'e', _from: 'users/a', _to: 'others/b' }, 'edges')
    assert.deepEqual(unusedOf(transform), ['"keys" of "usres"', 'attribute "mial" of "users"'])
  })
})

describe('TransformRunner.unusedRules()', () => {
  const directory = useTemporaryDirectory()

  /** Sends documents of two collections, so that each thread sees some of them. */
  async function send(runner: TransformRunner): Promise<readonly string[]> {
    const before = runner.unusedRules()
    const named = Array.from({ length: 40 }, (_, n) => `{"_key":"k${n}","name":"n"}`)
    const other = Array.from({ length: 40 }, (_, n) => `{"_key":"k${n}","address":{"street":"s"}}`)
    await Promise.all([
      runner.transform(chunkOf(named), infoOf('users')),
      runner.transform(chunkOf(other), infoOf('users')),
    ])
    assert.equal(before.length, 5)
    return runner.unusedRules()
  }

  it('tells of all transforms, in one thread and in several', async () => {
    await writeFile(directory.at('m.json'), JSON.stringify(MASKINGS))
    const setup = { cwd: directory.at('.'), environment: {} }
    const expected = ['rule 2 of "users"', 'rule 1 of "usres"', 'rule 1 of "*"']
    const single = createTransformRunner([
      { document: (document) => document },
      await loadTransform('mask:m.json', setup),
    ])
    assert.deepEqual(await send(single), expected)
    const parallel = await createParallelRunner(['mask:m.json'], { workers: 2, setup })
    try {
      assert.deepEqual(await send(parallel), expected)
    } finally {
      await parallel.close()
    }
  })

  it('asks modules of users too', async () => {
    const module = `export default {
      document: (document) => document,
      unusedRules() { return [this.document.name] },
    }`
    await writeFile(directory.at('t.mjs'), module)
    const setup = { cwd: directory.at('.'), environment: {} }
    const runner = createTransformRunner([await loadTransform('./t.mjs', setup)])
    assert.deepEqual(runner.unusedRules(), ['document'])
  })
})
