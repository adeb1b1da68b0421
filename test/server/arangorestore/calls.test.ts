import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { openDirectory } from '../../../lib/directory/index.js'
import { copyInto } from '../../directory/support/written-dump.js'
import { callArangorestore, type ArangorestoreCall } from '../../support/arangorestore-calls.js'
import { withFiles, type Files } from '../../support/dump-directory.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { assertRestored } from '../support/arangorestore.js'
import { foreignDocument } from '../support/foreign-users.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'
import { basicOf } from '../support/users.js'

const AUTH = { kind: 'on', rootPassword: 'root' } as const
const ROOT = { authorization: basicOf('root', 'root') }
const INDEX = { type: 'persistent', fields: ['n'], name: 'byN', id: '12' }
const VECTOR = { type: 'vector', fields: ['v'], name: 'byV', id: '13' }

/** The two files of a collection. */
function collection(name: string, type: number, lines: string, ...indexes: unknown[]): Files {
  const hash = createHash('md5').update(name).digest('hex')
  const structure = { indexes, parameters: { name, type, id: '11' } }
  return {
    [`${name}_${hash}.structure.json`]: JSON.stringify(structure),
    [`${name}_${hash}.data.json.gz`]: gzipSync(lines),
  }
}

function linesOf(prefix: string, count: number, rest = ''): string {
  const lines = Array.from({ length: count }, (_, index) => `{"_key":"${prefix}${index}"${rest}}\n`)
  return lines.join('')
}

/** A small dump of everything that is restored in a way of its own. */
const DUMP: Files = {
  ENCRYPTION: 'none',
  'dump.json': '{"database":"shop","useEnvelope":false,"useVPack":false}',
  ...collection('zoo', 2, linesOf('z', 40, ',"n":1'), INDEX, VECTOR),
  ...collection('Ants', 2, ''),
  ...collection('edges', 3, linesOf('e', 3, ',"_from":"zoo/z0","_to":"zoo/z1"')),
  ...collection('_apps', 2, ''),
  ...collection('_analyzers', 2, linesOf('a', 1)),
  ...collection('_users', 2, `${JSON.stringify(foreignDocument('ann', 'x'))}\n`),
  'alias.view.json': JSON.stringify({ name: 'alias', type: 'search-alias', indexes: [] }),
  'search.view.json': JSON.stringify({ name: 'search', type: 'arangosearch', links: {} }),
}

/** What was called, without what all calls have. */
function shown(calls: readonly ArangorestoreCall[]): readonly string[] {
  return calls.map(({ path }) =>
    path
      .replace(/^\/_db\/_system\/_api\/(?:replication\/restore-)?/, '')
      .replace(/&?force=false/, ''),
  )
}

describe('arangorestore', () => {
  let test: TestLeader

  before(async () => {
    test = await startTestLeader({ auth: AUTH })
  })

  after(() => test.close())

  function restore(
    directory: string,
    options: { readonly batchBytes?: number } = {},
  ): Promise<readonly ArangorestoreCall[]> {
    const where = { url: test.url, database: '_system', directory, headers: ROOT }
    return callArangorestore({ ...where, includeSystem: true, threads: 1, ...options })
  }

  it('finds what it calls, in its order, and is answered well but for Foxx services', async () => {
    await withFiles(DUMP, async (path) => {
      const calls = await restore(path)
      const made = 'overwrite=true&ignoreDistributeShardsLikeErrors=false'
      const names = ['_analyzers', '_apps', '_users', 'Ants', 'zoo', 'edges']
      assert.deepEqual(shown(calls).slice(0, 8), [
        'version',
        ...names.map(() => `collection?${made}`),
        'data?collection=_analyzers',
      ])
      assert.equal(shown(calls)[8], 'view?overwrite=true')
      const rest = shown(calls).slice(9)
      const sorted = ['data?collection=edges', 'data?collection=zoo', 'indexes?', 'indexes?']
      assert.deepEqual([...rest.slice(0, 4)].sort(), sorted)
      assert.ok(rest.indexOf('indexes?') < rest.indexOf('data?collection=zoo'))
      assert.ok(rest.lastIndexOf('indexes?') > rest.indexOf('data?collection=zoo'))
      assert.deepEqual(rest.slice(4), [
        'view?overwrite=true',
        'foxx/_local/heal',
        'data?collection=_users',
      ])
      const failed = calls.filter(({ status }) => status >= 300)
      assert.deepEqual(
        failed.map(({ path: called, status }) => [called, status]),
        [['/_db/_system/_api/foxx/_local/heal', 501]],
      )
    })
    const { definition, documents } = test.store.collection(test.system, 'zoo') ?? {}
    assert.equal(documents, 40)
    assert.deepEqual(
      definition?.indexes.map(({ name }) => name),
      ['byN', 'byV'],
    )
    assert.equal(test.store.getMeta('users/ann') === undefined, false)
  })

  it('is as well answered when everything is there already', async () => {
    await withFiles(DUMP, async (path) => {
      const before = test.store.collection(test.system, 'zoo')?.id
      const calls = await restore(path, { batchBytes: 100 })
      assert.equal(calls.filter(({ status }) => status >= 300).length, 1)
      const bodies = calls.filter(({ path: called }) => called.includes('collection=zoo'))
      // Each body but the first begins with an empty line.
      assert.ok(bodies.length > 1)
      const { id, documents } = test.store.collection(test.system, 'zoo') ?? {}
      assert.equal(documents, 40)
      assert.notEqual(id, before)
    })
  })
})

describeWithShared('arangorestore of other forms', () => {
  const { at } = useTemporaryDirectory()
  const dump = fileURLToPath(sharedUrl('datasets/got-family-tree'))
  let test: TestLeader

  before(async () => {
    test = await startTestLeader()
  })

  after(() => test.close())

  for (const form of [
    { vpack: true },
    { vpack: true, splitBytes: 20_000, gzip: false },
    { envelope: true, splitBytes: 20_000 },
  ]) {
    it(`is equal to a dump as ${JSON.stringify(form)}`, async () => {
      await copyInto(await openDirectory(dump), at('dump'), form)
      const calls = await assertRestored(test, at('dump'))
      assert.ok(calls.some(({ path }) => path.includes('collection=character')))
    })
  }

  it('is equal when small bodies of plain lines overtake each other', async () => {
    const calls = await assertRestored(test, dump, { batchBytes: 5000, threads: 4 })
    const bodies = calls.filter(({ path }) => path.includes('collection=character'))
    assert.ok(bodies.length > 4, String(bodies.length))
  })

  it('restores chosen collections, without views', async () => {
    const calls = await assertRestored(test, join(dump), { collections: ['link'] })
    assert.equal(calls.filter(({ path }) => path.includes('restore-collection')).length, 1)
    assert.equal(
      calls.some(({ path }) => path.includes('restore-view')),
      false,
    )
  })
})
