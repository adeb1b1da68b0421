import assert from 'node:assert/strict'
import { createStoreTarget, openStore } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { parseCollectionDefinition } from '../../lib/wire/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { documents } from './support/documents.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: tick(9n) }

describe('createStoreTarget()', () => {
  const directory = useTemporaryDirectory()

  it('writes to a database of an open store, which it leaves open', async () => {
    const store = await openStore(directory.at('store'), { mode: 'write', create: true })
    try {
      const database = await store.createDatabase('shop')
      const target = createStoreTarget(store, database)
      assert.equal(target.database, 'shop')
      assert.equal(target.address, `store:${store.path}#shop`)
      const definition = parseCollectionDefinition(
        { parameters: { name: 'c', type: 2, globallyUniqueId: 'h/1' }, indexes: [] },
        'a definition',
      )
      const copy = await target.beginCopy(ORIGIN)
      assert.equal((await target.unfinishedCopy())?.address, ORIGIN.address)
      const into = await copy.replaceCollection(definition)
      await into.write(documents(3))
      await copy.finish()
      await target.close()
      assert.equal(store.collection(database, 'c')?.documents, 3)
      assert.equal(store.copyMark(database), undefined)
      await store.createDatabase('later')
    } finally {
      await store.close()
    }
  })
})
