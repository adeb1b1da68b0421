import assert from 'node:assert/strict'
import {
  DocumentedTree,
  formatTree,
  formatTreeVelocyPack,
  MerkleTree,
  readTree,
  type TreeForm,
} from '../../../lib/merkle/index.js'
import { VelocyPackWriter } from '../../../lib/wire/index.js'
import { ask, assertError, begin, type Reply } from '../support/ask.js'
import { askRevisions, openBatch, WANTS_VELOCYPACK } from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const COUNT = 300
const VERIFIED = { verification: 'true' }

describe('GET revisions/tree', () => {
  let leader: TestLeader
  let original: TestLeader
  let url: string
  let batchId: string
  let tree: MerkleTree

  before(async () => {
    leader = await startTestLeader()
    original = await startTestLeader({ compat: 'arangodb' })
    ;({ url } = leader)
    for (const { store } of [leader, original]) {
      await fillCollection(store, 'documents', COUNT)
      await fillCollection(store, 'empty', 0)
    }
    batchId = await openBatch(url)
    tree = new MerkleTree({ rangeMin: revisionOf(0) })
    for (let index = 0; index < COUNT; index += 1) tree.insert(revisionOf(index))
  })

  after(async () => {
    await leader.close()
    await original.close()
  })

  function textOf(form: TreeForm): string {
    return [...formatTree(tree, { form })].join('')
  }

  function slicesOf(form: 'current' | 'onlyPopulated'): Buffer {
    return Buffer.concat([...formatTreeVelocyPack(tree, { form })])
  }

  function askTree(parameters: Record<string, string> = {}, isPacked = false): Promise<Reply> {
    const all = { collection: 'documents', batchId, ...parameters }
    return askRevisions(url, 'tree', all, isPacked ? { headers: WANTS_VELOCYPACK } : {})
  }

  async function askOriginal(parameters: Record<string, string> = {}): Promise<Reply> {
    const all = { collection: 'documents', batchId: await openBatch(original.url), ...parameters }
    return askRevisions(original.url, 'tree', all)
  }

  it('gives all levels with hashes of 11 characters when nothing is said', async () => {
    const { status, headers, body } = await askTree()
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    const value = JSON.parse(body.toString()) as Record<string, unknown>
    assert.deepEqual(Object.keys(value), [
      ...['version', 'maxDepth', 'branchingFactor', 'rangeMax', 'rangeMin', 'nodes'],
    ])
    const nodes = value['nodes'] as { hash: string; count: number }[]
    assert.equal(nodes.length, (8 ** 7 - 1) / 7)
    assert.equal(nodes[0]?.count, COUNT)
    assert.ok(nodes.every(({ hash }) => hash.length === 11))
    assert.equal(body.toString(), textOf('documented'))
  })

  it('gives the documented form of a tree that the documented reader makes the same', async () => {
    const { body } = await askTree()
    const { tree: read } = await readTree([body])
    const documented = new DocumentedTree({ rangeMin: read.rangeMin, rangeMax: read.rangeMax })
    for (let index = 0; index < COUNT; index += 1) documented.insert(revisionOf(index))
    assert.deepEqual(read.leaves, documented.leaves)
  })

  it('gives the leaves with numbers where onlyPopulated is given', async () => {
    for (const word of ['true', '1', 'yes']) {
      const { body } = await askTree({ onlyPopulated: word })
      assert.equal(body.toString(), textOf('onlyPopulated'))
    }
    for (const word of ['false', '', 'no']) {
      const { body } = await askTree({ onlyPopulated: word })
      assert.equal(body.toString(), textOf('current'))
    }
  })

  it('gives the leaves to everybody with compat arangodb', async () => {
    assert.equal((await askOriginal()).body.toString(), textOf('current'))
    const populated = await askOriginal({ onlyPopulated: 'true' })
    assert.equal(populated.body.toString(), textOf('onlyPopulated'))
  })

  it('gives VelocyPack in the form of today', async () => {
    const reply = await askTree({}, true)
    assert.equal(reply.headers['content-type'], 'application/x-velocypack')
    assert.deepEqual(reply.body, slicesOf('current'))
    const populated = await askTree({ onlyPopulated: 'true' }, true)
    assert.deepEqual(populated.body, slicesOf('onlyPopulated'))
    assert.ok(populated.body.length < 100 * COUNT)
  })

  it('gives the tree of an empty collection', async () => {
    const reply = await askTree({ collection: 'empty', onlyPopulated: 'true' })
    const { tree: empty } = await readTree([reply.body])
    assert.deepEqual([empty.count, empty.hash], [0, 0n])
  })

  it('gives the tree of the snapshot, whatever is written afterwards', async () => {
    await fillCollection(leader.store, 'growing', 5)
    const parameters = { collection: 'growing', batchId: await openBatch(url), onlyPopulated: '1' }
    const before = await askTree(parameters)
    const collection = leader.store.collection(leader.system, 'growing')
    assert.ok(collection)
    await leader.store.insert(collection, '{}')
    assert.deepEqual((await askTree(parameters)).body, before.body)
    const later = await askTree({ ...parameters, batchId: await openBatch(url) })
    assert.equal((await readTree([later.body])).tree.count, 6)
  })

  it('ends an answer although the batch was deleted meanwhile', async () => {
    const own = await openBatch(url)
    const query = `?collection=documents&batchId=${own}`
    const response = await begin(`${url}/_api/replication/revisions/tree${query}`)
    await ask(`${url}/_api/replication/batch/${own}`, { method: 'DELETE' })
    const blocks: Buffer[] = []
    for await (const block of response as AsyncIterable<Buffer>) blocks.push(block)
    assert.equal(Buffer.concat(blocks).toString(), textOf('documented'))
  })

  it('computes the tree of the documents for a verification', async () => {
    for (const [parameters, form] of [
      [{}, 'documented'],
      [{ onlyPopulated: 'true' }, 'onlyPopulated'],
    ] as const) {
      const { body } = await askTree({ ...VERIFIED, ...parameters })
      const text = textOf(form)
      assert.equal(body.toString(), `{"computed":${text},"stored":${text},"equal":true}`)
    }
  })

  it('gives a verification in VelocyPack', async () => {
    for (const onlyPopulated of ['true', 'false']) {
      const { body } = await askTree({ ...VERIFIED, onlyPopulated }, true)
      const text = textOf(onlyPopulated === 'true' ? 'onlyPopulated' : 'current')
      const whole = `{"computed":${text},"stored":${text},"equal":true}`
      assert.ok(body.equals(new VelocyPackWriter().write(Buffer.from(whole))))
    }
  })
})

describe('Verifications', () => {
  const TREE_BYTES = 4 * 1024 * 1024

  it('are refused while there is no room for another tree', async () => {
    const { store, url, close } = await startTestLeader({
      limits: { heldAnswerBytesMax: TREE_BYTES },
    })
    await fillCollection(store, 'documents', 3)
    const batchId = await openBatch(url)
    const query = `collection=documents&batchId=${batchId}&verification=true`
    const at = `${url}/_api/replication/revisions/tree?${query}`
    const unread = await begin(at)
    assert.equal(unread.statusCode, 200)
    assertError(await ask(at), 503, 32)
    assert.equal((await ask(at.replace('verification', 'other'))).status, 200)
    for await (const block of unread) assert.ok(Buffer.isBuffer(block))
    while ((await ask(at)).status === 503);
    assert.equal((await ask(`${at}&onlyPopulated=1`)).status, 200)
    await close()
  })
})

describe('POST revisions/tree', () => {
  it('leaves a tree that fits as it is', async () => {
    const { store, url, close } = await startTestLeader()
    await fillCollection(store, 'documents', 50)
    const ofNow = async (): Promise<string> => {
      const parameters = { collection: 'documents', batchId: await openBatch(url) }
      const reply = await askRevisions(url, 'tree', { ...parameters, onlyPopulated: true })
      return reply.body.toString()
    }
    const before = await ofNow()
    const parameters = { collection: 'documents' }
    const { status } = await askRevisions(url, 'tree', parameters, { method: 'POST' })
    assert.equal(status, 204)
    assert.equal(await ofNow(), before)
    await close()
  })
})
