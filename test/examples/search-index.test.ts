import assert from 'node:assert/strict'
import { databaseOf, startTestLeader } from '../server/support/test-leader.js'
import { startExample } from './support/start-example.js'

describe('examples/search-index', () => {
  it('finds what was there and what came since, and not what has gone', async () => {
    const { url, store, close } = await startTestLeader()
    const system = databaseOf(store, '_system')
    const collection = await store.createCollection(system, { name: 'products', type: 2 })
    const other = await store.createCollection(system, { name: 'other', type: 2 })
    await store.put(collection, '{"_key":"old","name":"green kettle"}')
    const example = startExample('search-index', url, 'products', 'name', 'text')
    const search = async (text: string): Promise<string> => {
      example.say(text)
      const line = await example.untilLine(new RegExp(`^${text}: `))
      return line.slice(text.length + 2)
    }
    try {
      assert.equal(await example.untilLine(/documents$/), '1 documents')
      assert.equal(await search('kettle'), 'old')
      await store.put(other, '{"_key":"elsewhere","name":"kettle"}')
      await store.put(collection, '{"_key":"new","name":"lid","text":"of a kettle"}')
      assert.equal(await example.untilLine(/./), 'put new')
      assert.deepEqual((await search('kettle')).split(' ').toSorted(), ['new', 'old'])
      await store.put(collection, '{"_key":"old","name":"green pot"}')
      await store.remove(collection, 'new')
      await example.untilLine(/^remove new$/)
      assert.equal(await search('kettle'), '')
      assert.equal(await search('pot'), 'old')
      await store.truncateCollection(collection)
      await example.untilLine(/^truncate$/)
      assert.equal(await search('pot'), '')
    } finally {
      await example.kill()
      await close()
    }
  })
})
