import assert from 'node:assert/strict'
import { openRemote, RemoteAddressError, RemoteUnreachableError } from '../../lib/remote/index.js'
import { INVENTORY, withLeader } from '../support/fake-leader.js'

describe('openRemote()', () => {
  const port = 1

  async function openAt(host: string, mayConnect: (address: string) => boolean): Promise<unknown> {
    const url = `http://${host}:${port}`
    const options = { mayConnect, retries: 2, retryDelayMs: 1 }
    const source = openRemote({ kind: 'remote', url, database: '_system' }, options)
    try {
      return await source.openSnapshot().catch((error: unknown) => error)
    } finally {
      await source.close()
    }
  }

  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    it(`connects to no address of ${host} that it may not, and asks once`, async () => {
      const asked: string[] = []
      const error = await openAt(host, (address) => {
        asked.push(address)
        return false
      })
      assert.ok(error instanceof RemoteAddressError)
      assert.match(error.message, /^Cannot open a batch at .*: it has no address that may be/)
      assert.ok(asked.length > 0 && asked.length <= 2)
      for (const address of asked) assert.ok(['127.0.0.1', '::1'].includes(address))
    })

    it(`judges ${host} anew for each attempt`, async () => {
      let count = 0
      const error = await openAt(host, () => {
        count += 1
        return true
      })
      assert.ok(error instanceof RemoteUnreachableError)
      assert.ok(count >= 3)
    })
  }

  it('reads from an address that it may connect to', async () => {
    const asked = new Set<string>()
    const mayConnect = (address: string): boolean => asked.add(address).size > 0
    await withLeader(
      {},
      async ({ source }) => {
        const snapshot = await source.openSnapshot()
        await snapshot.close()
        assert.deepEqual([...asked], ['127.0.0.1'])
      },
      { mayConnect },
    )
  })

  it('gives a silent server up after silenceMsMax, without asking again', async () => {
    await withLeader(
      { intercept: ({ name }) => name === INVENTORY },
      async ({ source, names, notices }) => {
        const snapshot = await source.openSnapshot()
        await assert.rejects(snapshot.inventory(), (error) => {
          assert.ok(error instanceof RemoteUnreachableError)
          return error.failure.reason === 'the server went silent'
        })
        assert.equal(names().filter((name) => name === INVENTORY).length, 1)
        assert.deepEqual(notices, [])
        await snapshot.close()
      },
      { silenceMsMax: 100 },
    )
  })
})
