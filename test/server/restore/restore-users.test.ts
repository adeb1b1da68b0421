import assert from 'node:assert/strict'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import { ALL_PERMISSIONS } from '../../../lib/server/auth/permissions.js'
import type { EndpointContext, EndpointRequest } from '../../../lib/server/endpoint.js'
import { restoreUsers } from '../../../lib/server/restore/restore-users.js'
import { foreignDocument } from '../support/foreign-users.js'

describe('restoreUsers()', () => {
  it('ends when nobody waits any more', async () => {
    const gone = new AbortController()
    const names = ['ann', 'bob', 'eve']
    const lines = names.map((name) => `${JSON.stringify(foreignDocument(name, 'x'))}\n`).join('')
    const restored: string[] = []
    const request: Partial<EndpointRequest> = {
      permissions: ALL_PERMISSIONS,
      signal: gone.signal,
      stream: blocksOf(Buffer.from(lines)),
    }
    const users = {
      restore: ({ name }: { readonly name: string }) => {
        restored.push(name)
        if (name === 'bob') gone.abort(new Error('gone'))
        return Promise.resolve()
      },
    }
    const context = { bodies: new AnswerMemory(1e7), limits: { documentsBodyBytesMax: 1e6 }, users }
    const done = restoreUsers({
      options: { collection: '_users', format: 'json', isForced: false },
      request: request as EndpointRequest,
      context: context as unknown as EndpointContext,
    })
    await assert.rejects(done, /^Error: gone$/)
    assert.deepEqual(restored, ['ann', 'bob'])
    assert.equal(context.bodies.freeBytes, 1e7)
  })
})

// eslint-disable-next-line @typescript-eslint/require-await -- bodies come as async blocks
async function* blocksOf(block: Buffer): AsyncGenerator<Buffer> {
  yield block
}
