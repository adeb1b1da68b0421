import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openDirectory } from '../../lib/directory/index.js'
import { startLeader } from '../../lib/server/index.js'
import { openStore, openStoreTarget } from '../../lib/store/index.js'
import { runFullSync } from '../../lib/sync/index.js'
import { chunkOf } from '../support/chunk.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/verify-backup.js', import.meta.url))
const run = promisify(execFile)

describe('examples/verify-backup', () => {
  const { at } = useTemporaryDirectory()

  async function load(): Promise<void> {
    await writeSampleDump(at('dump'), [
      { name: 'orders', count: 500 },
      { name: 'people', count: 20 },
    ])
    const source = await openDirectory(at('dump'))
    const target = await openStoreTarget(at('store'), 'shop')
    await runFullSync(source, target)
    await source.close()
    await target.close()
  }

  it('finds a backup equal, and tells what was changed since', async () => {
    await load()
    const store = await openStore(at('store'), { mode: 'write' })
    const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
    const verify = (): ReturnType<typeof run> =>
      run(process.execPath, [EXAMPLE, at('dump'), `${leader.url}/_db/shop`])
    try {
      assert.equal((await verify()).stdout, 'equal\n')
      const shop = store.database('shop')
      assert.ok(shop !== undefined)
      const orders = store.collection(shop, 'orders')
      assert.ok(orders !== undefined)
      await store.insert(orders, '{"_key":"new"}')
      const changed = '{"_key":"k7","_rev":"_kmX5mm6---"}'
      await store.applyChunk(orders, chunkOf([changed, '{"type":2302,"data":{"_key":"k9"}}']))
      await store.createCollection(shop, { name: 'invoices', type: 2 })
      await assert.rejects(verify(), (error: { code?: number; stdout?: string }) => {
        assert.equal(error.code, 3)
        const lines = (error.stdout ?? '').trimEnd().split('\n')
        assert.equal(lines.pop(), '4 differences')
        assert.deepEqual(lines.sort(), [
          'invoices is a collection that is missing in the backup',
          'orders/k7 is not the same',
          'orders/k9 is in the backup only',
          'orders/new is missing in the backup',
        ])
        return true
      })
    } finally {
      await leader.close()
      await store.close()
    }
  })

  it('fails where there is no backup, or no server', async () => {
    for (const parameters of [[at('nothing'), 'http://127.0.0.1:1'], [at('.')]]) {
      await assert.rejects(run(process.execPath, [EXAMPLE, ...parameters]), { code: 1 })
    }
  })
})
