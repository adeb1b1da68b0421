import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { structureOf, withFiles } from '../support/dump-directory.js'
import { runInProcess } from './support/run-in-process.js'

const MODULE = `export default {
  collection: ({ name }) => (name === 'logs' ? false : { name: name + '_2' }),
  document: ({ _key, _rev, ...rest }, { route }) => {
    if (_key === 'odd') throw new Error('odd one')
    if (_key === 'old') return route('archive', { _key, _rev })
    return { _key, _rev, ...rest, seen: true }
  },
}
`
const LINES = [
  '{"_key":"1","_id":"people/1","_rev":"_kmX5mm6-A-","big":12345678901234567}',
  '{"_key":"odd","_id":"people/odd","_rev":"_kmX5mm6-AA"}',
  '{"_key":"old","_id":"people/old","_rev":"_kmX5mm6-AB"}',
]
const FILES = {
  'dump.json': '{"database":"shop","lastTickAtDumpStart":"7"}',
  'people.structure.json': structureOf('people'),
  'people.data.json': LINES.map((line) => `${line}\n`).join(''),
  'logs.structure.json': structureOf('logs'),
  'logs.data.json': '{"_key":"l","_rev":"_kmX5mm6-A-"}\n',
  'module.mjs': MODULE,
}

describe('tidemark sync --transform', () => {
  async function inDirectory(work: (path: string, at: (name: string) => string) => Promise<void>) {
    await withFiles(FILES, (path) => work(path, (name) => join(path, name)))
  }

  it('copies what the module makes of documents and collections', async () => {
    await inDirectory(async (path, at) => {
      const store = `store:${at('store')}#shop`
      const words = ['--transform', at('module.mjs'), '--on-error', 'dead-letter', at('letters')]
      const { exitCode, stdout, stderr } = await runInProcess(['sync', path, store, ...words])
      assert.equal(exitCode, 0, stderr)
      assert.match(
        stdout,
        /transformed: 3 documents, 2 changed, 1 sent to other collections, 1 fail/,
      )
      assert.match(stdout, /renamed: "people" to "people_2"\nleft out: "logs"\n/)
      assert.match(stdout, /made for documents that were sent there: "archive"/)
      assert.match(stderr, /warning: 1 document left out: a transform failed; it is in /)
      const letter = JSON.parse(await readFile(at('letters'), 'utf8')) as Record<string, unknown>
      assert.equal(letter['key'], 'odd')
      const inventory = await runInProcess(['inventory', store, '--json'])
      const names = inventory.stdout.match(/"name":"[^"]+"/g)
      assert.deepEqual(names?.sort(), ['"name":"archive"', '"name":"people_2"'])
      const tail = await runInProcess(['tail', store, '--collections', 'people_2'])
      assert.match(tail.stdout, /"_id":"people_2\/1".*12345678901234567.*"seen":true/)
    })
  })

  it('tells the same as JSON', async () => {
    await inDirectory(async (path, at) => {
      const store = `store:${at('store')}#shop`
      const words = ['--transform', at('module.mjs'), '--on-error', 'skip', '--json']
      const { stdout } = await runInProcess(['sync', path, store, ...words])
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
        readonly transformed: Readonly<Record<string, unknown>>
        readonly totals: { readonly documents: number }
      }
      assert.equal(last.totals.documents, 2)
      assert.equal(last.transformed['failed'], 1)
      assert.deepEqual(last.transformed['renamed'], [{ from: 'people', to: 'people_2' }])
    })
  })

  it('does the same in threads', async () => {
    await inDirectory(async (path, at) => {
      const sums: string[] = []
      for (const more of [[], ['--parallel', '2']]) {
        const store = `store:${at(`store${more.length}`)}#shop`
        const letters = at(`letters${more.length}`)
        const words = ['--transform', at('module.mjs'), '--on-error', 'dead-letter', letters]
        const { exitCode, stderr } = await runInProcess(['sync', path, store, ...words, ...more])
        assert.equal(exitCode, 0, stderr)
        sums.push((await runInProcess(['checksum', store, '--json'])).stdout)
        sums.push(await readFile(letters, 'utf8'))
      }
      assert.deepEqual(sums.slice(0, 2), sums.slice(2))
    })
  })

  it('stops at the first error otherwise, and names collection and key', async () => {
    await inDirectory(async (path, at) => {
      const store = `store:${at('store')}#shop`
      const words = ['--transform', at('module.mjs')]
      const { exitCode, stderr } = await runInProcess(['sync', path, store, ...words])
      assert.equal(exitCode, 1)
      assert.match(stderr, /Cannot finish the copy of .*"odd".*people|people.*"odd"/)
      assert.match(stderr, /marked "copy unfinished"/)
    })
  })

  it('refuses what needs the target to be as the source', async () => {
    const words = ['sync', './none', 'store:./none2', '--transform', './x.mjs']
    for (const more of [
      ['--incremental'],
      ['--follow'],
      ['--incremental', '--dry-run'],
      ['--all-databases', '--incremental'],
    ]) {
      const { exitCode, stderr } = await runInProcess([...words, ...more])
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, /Cannot take --(incremental|follow) with --transform/)
    }
    const extra = await runInProcess([
      ...['sync', 'store:./none', 'store:./none2', '--all-databases', '--delete-extra'],
      ...['--transform', './x.mjs'],
    ])
    assert.equal(extra.exitCode, 2)
    assert.match(extra.stderr, /Cannot take --delete-extra with --transform/)
  })

  it('copies all databases through transforms', async () => {
    await inDirectory(async (path, at) => {
      for (const name of ['_system', 'shop']) {
        await runInProcess(['sync', path, `store:${at('source')}#${name}`])
      }
      await writeFile(
        at('named.mjs'),
        'export default { document: (document, { database }) => ({ ...document, database }) }',
      )
      const words = ['--all-databases', '--transform', at('named.mjs')]
      const { exitCode, stderr } = await runInProcess([
        ...['sync', `store:${at('source')}`, `store:${at('target')}`],
        ...words,
      ])
      assert.equal(exitCode, 0, stderr)
      const tail = await runInProcess(['tail', `store:${at('target')}#shop`])
      assert.match(tail.stdout, /"_key":"old".*"database":"shop"/)
    })
  })
})
