import assert from 'node:assert/strict'
import { askApplier } from '../server/support/applier.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const ENDPOINT = 'tcp://127.0.0.1:1'

describe('tidemark serve', () => {
  const directory = useTemporaryDirectory()

  it('says when a background follower starts and stops', async () => {
    const words = ['serve', '--store', directory.at('s'), '--port', '0', '--no-auth']
    const follow = async (url: string): Promise<void> => {
      await askApplier({ url }, 'PUT applier-config', { endpoint: ENDPOINT })
      await askApplier({ url }, 'PUT applier-start')
      await askApplier({ url }, 'PUT applier-stop')
    }
    const { exitCode, stderr } = await runInProcess(words, {
      onLine: (line, run) => void follow(/http:\S+/.exec(line)?.[0] ?? '').finally(run.interrupt),
    })
    assert.equal(exitCode, 0)
    const line = `following ${ENDPOINT} into database "_system": `
    assert.equal(stderr, `${line}started\n${line}stopped\n`)
  })
})
