import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFiles } from '../support/dump-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { keysOf, linesOf, useTailLeader } from './support/tail-leader.js'

const MODULE = `export default {
  collection: ({ name, type }) => (name === 'b' ? false : { name: name + '_' + type }),
  document: (document) => {
    if (document._key === 'k2') return undefined
    if (document._key === 'bad') throw new Error('odd')
    return { ...document, seen: true }
  },
}
`

describe('tidemark tail --transform', () => {
  const { put, tail, transact, store, collection } = useTailLeader()

  it('tells transformed documents, under the names that collections are given', async () => {
    await put('a', 'k1', 'k2', 'bad')
    await put('b', 'k1')
    await store().remove(collection('a'), 'k2')
    await withFiles({ 'm.mjs': MODULE }, async (path) => {
      const letters = join(path, 'letters')
      const words = ['--transform', join(path, 'm.mjs'), '--on-error', 'dead-letter', letters]
      const outcome = await tail(words)
      const lines = linesOf(outcome)
      assert.deepEqual(
        lines.map(({ kind, key }) => [kind, key]),
        [
          ['create-collection', undefined],
          ['put', 'k1'],
          ['remove', 'k2'],
        ],
      )
      assert.deepEqual(new Set(lines.map((line) => line.collection)), new Set(['a_document']))
      assert.equal(lines[0]?.document?.['name'], 'a_document')
      assert.equal(lines[1]?.document?.['_id'], 'a_document/k1')
      assert.equal(lines[1].document['seen'], true)
      assert.match(await readFile(letters, 'utf8'), /"collection":"a[^"]*","key":"bad"/)
      assert.match(outcome.stderr, /1 document left out/)
    })
  })

  it('goes on from a checkpoint behind documents that were dropped', async () => {
    await put('a', 'k1', 'k2')
    await withFiles({ 'm.mjs': MODULE }, async (path) => {
      const words = ['--transform', join(path, 'm.mjs'), '--checkpoint', join(path, 'position')]
      assert.deepEqual(keysOf(linesOf(await tail(words))), [undefined, 'k1'])
      assert.equal((await tail(words)).stdout, '')
      await put('a', 'k3')
      assert.deepEqual(keysOf(linesOf(await tail(words))), ['k3'])
    })
  })

  it('puts what is left of a transaction on one line', async () => {
    await put('a')
    await transact()
    const module = 'export default { document: (document) => [document, { ...document, n: 2 }] }'
    await withFiles({ 'm.mjs': module }, async (path) => {
      const words = ['--transform', join(path, 'm.mjs'), '--transactions']
      const lines = linesOf(await tail(words))
      const [, transaction] = lines
      assert.ok(transaction?.tid !== undefined)
      const kinds = transaction.changes?.map(({ kind }) => kind)
      assert.deepEqual(kinds, ['put', 'put', 'put', 'put', 'remove'])
      const ids = new Set(transaction.changes?.map(({ id }) => id))
      assert.equal(ids.size, 5)
    })
  })

  it('writes nothing of a transaction of which nothing is left', async () => {
    await put('a')
    await transact()
    const module = "export default { collection: ({ name }) => name !== 'a' && {} }"
    await withFiles({ 'm.mjs': module }, async (path) => {
      const { stdout } = await tail(['--transform', join(path, 'm.mjs'), '--transactions'])
      assert.equal(stdout, '')
    })
  })

  it('refuses lines as the leader sent them', async () => {
    const { exitCode, stderr } = await runInProcess([
      ...['tail', 'store:./none', '--raw', '--transform', './x.mjs'],
    ])
    assert.equal(exitCode, 2)
    assert.match(stderr, /Cannot take --raw with --transform/)
  })
})
