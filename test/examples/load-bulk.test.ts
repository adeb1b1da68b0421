import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/load-bulk.js', import.meta.url))
const run = promisify(execFile)

describe('examples/load-bulk', () => {
  const { at } = useTemporaryDirectory()

  it('posts the documents of a collection in batches', async () => {
    await writeSampleDump(at('dump'), [
      { name: 'people', count: 1201 },
      { name: 'others', count: 3 },
    ])
    const batches: string[][] = []
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        batches.push(body.trimEnd().split('\n'))
        response.end()
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const words = [EXAMPLE, at('dump'), 'people', url, 'index']
      const { stdout } = await run(process.execPath, words)
      assert.equal(stdout, '1201 documents loaded\n')
    } finally {
      server.close()
    }
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [500, 500, 201],
    )
    const documents = batches.flat().map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.deepEqual(
      documents.map(({ index }) => index),
      Array.from({ length: 1201 }, (_, i) => i),
    )
    assert.deepEqual(Object.keys(documents[0] ?? {}), ['_key', '_id', '_rev', 'index'])
  })

  it('fails with a target that refuses, and says how it is used', async () => {
    await writeSampleDump(at('one'), [{ name: 'people', count: 1 }])
    const server = createServer((_request, response) => response.writeHead(503).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const refused = run(process.execPath, [EXAMPLE, at('one'), 'people', url])
    await assert.rejects(refused, /The target answered 503/).finally(() => server.close())
    await assert.rejects(run(process.execPath, [EXAMPLE]), { code: 2 })
  })
})
