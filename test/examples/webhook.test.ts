import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { databaseOf, startTestLeader } from '../server/support/test-leader.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { startExample } from './support/start-example.js'

/** What was posted. */
interface Posted {
  readonly id: string
  readonly kind: string
  readonly key?: string
  readonly document?: { readonly n: number }
}

/** An endpoint that refuses what it is told to refuse. */
class Endpoint {
  /** What was posted, refused or not. */
  readonly tried: Posted[] = []
  readonly taken: Posted[] = []
  refuses: (posted: Posted) => boolean = () => false
  readonly #server: Server
  #onTaken: () => void = () => undefined

  constructor() {
    this.#server = createServer((request, response) => {
      void json(request).then((body) => {
        const posted = body as Posted
        this.tried.push(posted)
        const isRefused = this.refuses(posted)
        if (!isRefused) this.taken.push(posted)
        response.writeHead(isRefused ? 503 : 204).end()
        this.#onTaken()
      })
    })
  }

  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/changes`
  }

  /** Resolves once a document was taken. */
  untilTaken(key: string, n?: number): Promise<void> {
    const isIt = (posted: Posted): boolean =>
      posted.key === key && (n === undefined || posted.document?.n === n)
    return new Promise((resolve) => {
      this.#onTaken = () => {
        if (this.taken.some(isIt)) resolve()
      }
      this.#onTaken()
    })
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

describe('examples/webhook', () => {
  const { at } = useTemporaryDirectory()

  it('posts each change in order, tries again, and goes on after a crash', async () => {
    const { url, store, close } = await startTestLeader()
    const endpoint = new Endpoint()
    const hook = await endpoint.start()
    const start = (): ReturnType<typeof startExample> =>
      startExample('webhook', url, hook, at('checkpoint'), 'start')
    let example = start()
    try {
      const system = databaseOf(store, '_system')
      const c = await store.createCollection(system, { name: 'c', type: 2 })
      let refusals = 2
      endpoint.refuses = ({ key }) => key === 'b' && refusals-- > 0
      await store.put(c, '{"_key":"a","n":1}')
      await store.put(c, '{"_key":"b","n":2}')
      await store.put(c, '{"_key":"a","n":3}')
      await endpoint.untilTaken('a', 3)
      // What was posted and not confirmed when it is killed may come again.
      await example.kill()
      await store.remove(c, 'a')
      await store.transaction(system, (operations) => {
        operations.put(c, '{"_key":"d","n":4}')
        operations.put(c, '{"_key":"e","n":9007199254740993}')
      })
      example = start()
      await endpoint.untilTaken('e')
      const unique = [...new Map(endpoint.taken.map((posted) => [posted.id, posted])).values()]
      assert.deepEqual(
        unique.map(({ kind, key, document }) => [kind, key, document?.n]),
        [
          ['create-collection', undefined, undefined],
          ['put', 'a', 1],
          ['put', 'b', 2],
          ['put', 'a', 3],
          ['remove', 'a', undefined],
          ['put', 'd', 4],
          ['put', 'e', Number('9007199254740993')],
        ],
      )
      assert.ok(endpoint.tried.filter(({ key }) => key === 'b').length >= 3)
    } finally {
      await example.kill().finally(() => {
        endpoint.close()
      })
      await close()
    }
  })
})
