import assert from 'node:assert/strict'
import {
  createTransformRunner,
  loadTransform,
  renameCollections,
  TransformSetupError,
  type CollectionInfo,
} from '../../../../lib/streams/index.js'
import { chunkOf } from '../../../support/chunk.js'

const SETUP = { cwd: '/', environment: {} }

function infoOf(name: string, type: CollectionInfo['type'] = 'document'): CollectionInfo {
  const isSystem = name.startsWith('_')
  return { database: undefined, name, type, isSystem, parameters: {}, indexes: [] }
}

async function run(
  renames: readonly (readonly [string, string])[],
  info: CollectionInfo | undefined,
  ...lines: readonly string[]
): Promise<string> {
  const runner = createTransformRunner([renameCollections(renames)])
  const { chunks } = await runner.transform(chunkOf(lines), info)
  return chunks.map(({ buffer }) => buffer.toString()).join('')
}

describe('renameCollections()', () => {
  const EDGE = '{"_key":"1","_id":"knows/1","_from":"a/1","_to":"b/1","n":1.0}'

  it('follows names in the ids of edges, and leaves all else as it came', async () => {
    const renames = [
      ['a', 'b'],
      ['b', 'a'],
      ['knows', 'met'],
    ] as const
    const other = '{"_key":"2","_id":"other/2","_from":"x/1","_to":"aa/1","n":1.0, "a":"a/1"}'
    assert.equal(
      await run(renames, infoOf('knows', 'edge'), EDGE, other),
      `{"_key":"1","_id":"met/1","_from":"b/1","_to":"a/1","n":1.0}\n${other}\n`,
    )
  })

  it('finds names that are written with escapes', async () => {
    const line = '{"_key":"1","_from":"\\u0061\\/1","_to":"x/1"}'
    const renamed = await run([['a', 'b']], infoOf('e', 'edge'), line)
    assert.equal((JSON.parse(renamed) as { _from: string })._from, 'b/1')
  })

  it('works on lines of which no collection is known', async () => {
    assert.match(await run([['a', 'b']], undefined, EDGE), /"_from":"b\/1","_to":"b\/1"/)
  })

  it('renames, and looks at no documents that name nothing', () => {
    const runner = createTransformRunner([renameCollections([['a', 'b']])])
    const planOf = (info: CollectionInfo): unknown => {
      const plan = runner.plan(info)
      return [plan?.name, plan?.data]
    }
    assert.deepEqual(planOf(infoOf('a')), ['b', 'transform'])
    assert.deepEqual(planOf(infoOf('c')), ['c', 'unchanged'])
    assert.deepEqual(planOf(infoOf('e', 'edge')), ['e', 'transform'])
  })

  it('follows names in graphs', async () => {
    const graph = {
      _key: 'g',
      edgeDefinitions: [{ collection: 'knows', from: ['a', 'x'], to: ['b'] }, 7],
      orphanCollections: ['a'],
    }
    const renames = [
      ['a', 'A'],
      ['knows', 'met'],
    ] as const
    const text = await run(renames, infoOf('_graphs'), JSON.stringify(graph), '{"_key":"h"}')
    const [first = '', second] = text.split('\n')
    assert.deepEqual(JSON.parse(first), {
      _key: 'g',
      edgeDefinitions: [{ collection: 'met', from: ['A', 'x'], to: ['b'] }, 7],
      orphanCollections: ['A'],
    })
    assert.equal(second, '{"_key":"h"}')
  })

  it('is there by its name', async () => {
    const transform = await loadTransform('rename-collection:a=b, c=d', SETUP)
    const runner = createTransformRunner([transform])
    assert.deepEqual([runner.plan(infoOf('a'))?.name, runner.plan(infoOf('c'))?.name], ['b', 'd'])
    for (const argument of ['', 'a', 'a=', '=b', 'a=b=c', 'a=b/c', 'a=b,a=c']) {
      await assert.rejects(
        loadTransform(`rename-collection:${argument}`, SETUP),
        TransformSetupError,
        argument,
      )
    }
  })
})
