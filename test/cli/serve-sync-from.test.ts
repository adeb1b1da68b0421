import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { askSync } from '../server/support/sync.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { valueOf } from '../server/support/documents.js'
import { runInProcess } from './support/run-in-process.js'

describe('tidemark serve --allow-sync-from', () => {
  const directory = useTemporaryDirectory()

  /** Serves, and gives the status and errorNum of synchronisations from some endpoints. */
  async function serve(
    flags: readonly string[],
    endpoints: readonly string[],
  ): Promise<readonly (readonly [number, unknown])[]> {
    const answers: (readonly [number, unknown])[] = []
    const words = ['serve', '--store', directory.at('s'), '--port', '0', '--no-auth', ...flags]
    const ask = async (url: string, run: { readonly interrupt: () => void }): Promise<void> => {
      for (const endpoint of endpoints) {
        const reply = await askSync({ url }, { endpoint })
        answers.push([reply.status, valueOf(reply)['errorNum']])
      }
      run.interrupt()
    }
    const { exitCode } = await runInProcess(words, {
      onLine: (line, run) => void ask(/http:\S+/.exec(line)?.[0] ?? '', run),
    })
    assert.equal(exitCode, 0)
    return answers
  }

  it('adds up, and stands in place of loopback', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(404).end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const flags = ['--allow-sync-from', '10.0.0.1:1', '--allow-sync-from', `127.0.0.1:${port}`]
    const endpoints = ['tcp://127.0.0.1:1', 'tcp://10.0.0.1:2', `tcp://localhost:${port}`]
    const answers = await serve(flags, endpoints)
    server.closeAllConnections()
    server.close()
    assert.deepEqual(answers, [
      [403, 11],
      [403, 11],
      [500, 1402],
    ])
  })

  it('ends with what is wrong about a host', async () => {
    const words = ['serve', '--store', directory.at('s'), '--allow-sync-from', 'http://a']
    const { exitCode, stdout, stderr } = await runInProcess(words)
    assert.deepEqual([exitCode, stdout], [1, ''])
    assert.match(stderr, /Cannot allow synchronisations from "http:\/\/a": it is not HOST/)
  })

  it('is told of by the help', async () => {
    const { stdout } = await runInProcess(['serve', '--help'])
    assert.match(stdout, /--allow-sync-from <host> .*\(default:\s+localhost\)/s)
    assert.match(stdout, /PUT \/_api\/replication\/sync/)
  })
})
