import assert from 'node:assert/strict'
import {
  createTransformRunner,
  filterKeys,
  maskDocuments,
  pseudonymise,
  sample,
  setAttributes,
  type DocumentTransform,
  type TransformOptions,
} from '../../../lib/streams/transform/index.js'
import { chunkOf } from '../../support/chunk.js'
import { linesOf } from '../../support/streams.js'

const INFO = {
  ...({ database: undefined, name: 'c', type: 'document', isSystem: false } as const),
  parameters: {},
  indexes: [],
}
const LINES = [
  '{"_key":"a"}',
  '{"type":2302,"data":{"_key":"a","_rev":"r"}}',
  '{"type":2302,"key":"b"}',
]

async function run(
  transforms: readonly DocumentTransform[],
  options: TransformOptions = {},
): Promise<string[]> {
  const { chunks } = await createTransformRunner(transforms, options).transform(
    chunkOf(LINES),
    INFO,
  )
  return linesOf(chunks).map((line) => line.trimEnd())
}

describe('removals in transforms', () => {
  const parse: DocumentTransform = setAttributes([])

  it('keep their key and their bytes unless a transform says otherwise', async () => {
    assert.deepEqual(await run([parse]), LINES)
    assert.deepEqual(await run([maskDocuments({ c: { type: 'masked' } })]), LINES)
    assert.deepEqual(await run([{ ...parse, removal: (key) => key }]), LINES)
  })

  it('get the key that transforms give, one after the other', async () => {
    const append = (letter: string): DocumentTransform => ({
      document: (document) => ({ ...document, _key: String(document['_key']) + letter }),
      removal: (key, { collection }) => `${key}${letter}${collection ?? ''}`,
    })
    assert.deepEqual(await run([append('x'), parse, append('y')]), [
      '{"_key":"axy"}',
      '{"type":2302,"data":{"_key":"axcyc","_rev":"r"}}',
      '{"type":2302,"data":{"_key":"bxcyc"}}',
    ])
  })

  it('are left out when a transform gives no key', async () => {
    const removal = (key: string): string | undefined => (key === 'a' ? undefined : key)
    assert.deepEqual(await run([{ ...parse, removal }]), [LINES[0], LINES[2]])
    assert.deepEqual(await run([{ ...parse, removal: () => '' }]), [LINES[0]])
    assert.deepEqual(await run([parse, maskDocuments({ c: { type: 'structure' } })]), [])
  })

  it('are left out by filters of keys, parsed or not', async () => {
    assert.deepEqual(await run([filterKeys(['a'])]), LINES.slice(0, 2))
    assert.deepEqual(await run([parse, filterKeys(['a'])]), LINES.slice(0, 2))
    assert.deepEqual(await run([parse, sample(0)]), [])
    assert.deepEqual(await run([parse, sample(1)]), LINES)
  })

  it('tell no key that has a pseudonym', async () => {
    const definition = { keys: { c: 'hex' } }
    const transform = pseudonymise(definition, { key: '0123456789abcdef0123456789abcdef' })
    const [document, removal] = await run([transform])
    const key = (JSON.parse(document as string) as { readonly _key: string })._key
    assert.match(key, /^[0-9a-f]{32}$/)
    assert.equal(removal, `{"type":2302,"data":{"_key":"${key}","_rev":"r"}}`)
  })

  it('are errors, or left out, when a transform throws', async () => {
    const thrower: DocumentTransform = {
      name: 'thrower',
      document: (document) => document,
      removal: () => {
        throw new RangeError('no')
      },
    }
    await assert.rejects(run([parse, thrower]), {
      code: 'ERR_TRANSFORM',
      transform: 'thrower',
      key: 'a',
      lineNumber: 2,
    })
    assert.deepEqual(await run([thrower], { onError: 'skip' }), [LINES[0]])
  })
})
