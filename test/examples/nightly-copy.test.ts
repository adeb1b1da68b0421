import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fillCollection, startTestLeader } from '../server/support/test-leader.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/nightly-copy.js', import.meta.url))
const run = promisify(execFile)

describe('examples/nightly-copy', () => {
  const { at } = useTemporaryDirectory()

  it('copies at first, and moves what is new the night after', async () => {
    const served = await startTestLeader()
    const night = async (): Promise<string> => {
      const { stdout } = await run(process.execPath, [EXAMPLE, served.url, at('copy'), 'shop'])
      return stdout
    }
    try {
      await fillCollection(served.store, 'things', 100)
      assert.match(
        await night(),
        /^things: copied, 100 written, 0 removed\n\d+ bytes moved, 0 saved/,
      )
      const things = served.store.collection(served.system, 'things')
      assert.ok(things !== undefined)
      await served.store.insert(things, '{"new":true}')
      assert.match(
        await night(),
        /^things: repaired, 1 written, 0 removed\n\d+ bytes moved, \d{4,}/,
      )
    } finally {
      await served.close()
    }
  })

  it('refuses what is not a server', async () => {
    await assert.rejects(run(process.execPath, [EXAMPLE, './dump']), /not the URL of a server/)
  })
})
