import assert from 'node:assert/strict'
import { Database } from 'arangojs'
import type { DocumentCollection, EdgeCollection } from 'arangojs/collections'
import { NOTHING } from '../support/imports.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const COUNT = 10_000

interface Item {
  readonly n: number
  readonly text: string
}

describe('arangojs imports', () => {
  let test: TestLeader
  let db: Database
  const items = Array.from({ length: COUNT }, (_, n) => ({ _key: `k${n}`, n, text: `<${n}>` }))
  const lines = items.map((item) => JSON.stringify(item)).join('\r\n')
  const rows = [['_key', 'n', 'text'], ...items.map(({ _key, n, text }) => [_key, n, text])]

  before(async () => {
    test = await startTestLeader()
    db = new Database({ url: test.url })
  })

  after(async () => {
    db.close()
    await test.close()
  })

  async function assertImported(c: DocumentCollection<Item> | EdgeCollection<Item>): Promise<void> {
    assert.equal((await c.count()).count, COUNT)
    const { n, text } = await c.document(`k${COUNT - 1}`)
    assert.deepEqual([n, text], [COUNT - 1, `<${COUNT - 1}>`])
  }

  it('objects of each type', async () => {
    for (const type of ['documents', 'list', 'array', 'auto'] as const) {
      const c = await db.createCollection<Item>(`objects-${type}`)
      const body = type === 'documents' || type === 'auto' ? items : JSON.stringify(items)
      const result = await c.import(body as never, { type: type as 'auto' })
      assert.deepEqual(result, { ...NOTHING, created: COUNT })
      await assertImported(c)
    }
  }).timeout(60_000)

  it('text of lines', async () => {
    const c = await db.createCollection<Item>('lines')
    const result = await c.import(lines, { type: 'documents', details: true })
    assert.deepEqual(result, { ...NOTHING, created: COUNT, details: [] })
    await assertImported(c)
  })

  it('names and values', async () => {
    const c = await db.createCollection<Item>('values')
    assert.deepEqual(await c.import(rows), { ...NOTHING, created: COUNT })
    await assertImported(c)
  })

  it('what is there already, with each answer to that', async () => {
    const c = await db.createCollection<Item>('again')
    await c.import(items.slice(0, 10))
    const some = items.slice(0, 20)
    const counts = { created: 10 }
    const refused = await c.import(some, { details: true })
    assert.deepEqual([refused.created, refused.errors, refused.details?.length], [10, 10, 10])
    await c.removeAll(some.slice(10))
    const ignored = await c.import(some, { onDuplicate: 'ignore' })
    assert.deepEqual(ignored, { ...NOTHING, ...counts, ignored: 10 })
    const updated = await c.import([{ _key: 'k1', text: 'new' } as never], {
      onDuplicate: 'update',
    })
    assert.deepEqual([updated.updated, (await c.document('k1')).n], [1, 1])
    await assert.rejects(
      c.import(some, { complete: true }),
      (error) => (error as { errorNum?: number }).errorNum === 1210,
    )
    await c.import([{ n: 1, text: 'alone' }], { overwrite: true })
    assert.equal((await c.count()).count, 1)
  })

  it('edges, with the collections of their ends', async () => {
    const c = await db.createEdgeCollection<Item>('links')
    const edges = items.map((item) => ({ ...item, _from: `f${item.n}`, _to: `a/t${item.n}` }))
    const prefixes = { fromPrefix: 'things', toPrefix: 'things' }
    assert.deepEqual(await c.import(edges, prefixes), { ...NOTHING, created: COUNT })
    await assertImported(c)
    const { _from, _to } = await c.document('k7')
    assert.deepEqual([_from, _to], ['things/f7', 'a/t7'])
  })
})
