import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import {
  collectionOf,
  DELETION,
  DUMP,
  dumpHeaders,
  INVENTORY,
  withLeader,
  type Script,
} from '../../support/fake-leader.js'
import { ask, assertError, type Reply } from '../support/ask.js'
import { askSync, namesOf } from '../support/sync.js'
import {
  databaseOf,
  fillCollection,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const LINE = '{"_key":"a","_rev":"_aaaaaaa---"}\n'

/** A remote server that stops at its dump until it is let go on. */
interface HeldRemote {
  readonly body: { readonly endpoint: string }
  /** Resolves when the dump was asked for. */
  readonly isHeld: Promise<void>
  /** Resolves when the batch was given back. */
  readonly isGivenBack: Promise<void>
  readonly goOn: () => void
}

async function withHeldRemote(use: (remote: HeldRemote) => Promise<void>): Promise<void> {
  const events = new EventEmitter()
  const held = once(events, 'held') as Promise<[ServerResponse]>
  const back = once(events, 'back')
  let isOpen = false
  const script: Script = {
    parts: [LINE],
    inventory: { collections: [collectionOf('c', { id: '5' })] },
    intercept({ name }, response) {
      if (name === DELETION) events.emit('back')
      if (name !== DUMP || isOpen) return false
      events.emit('held', response)
      return true
    },
  }
  await withLeader(script, ({ source }) =>
    use({
      body: { endpoint: new URL(source.address).origin },
      isHeld: held.then(() => undefined),
      isGivenBack: back.then(() => undefined),
      goOn() {
        isOpen = true
        void held.then(([response]) => {
          response.writeHead(200, dumpHeaders(false, 1)).end(LINE)
        })
      },
    }),
  )
}

describe('PUT /_api/replication/sync', () => {
  let local: TestLeader

  beforeEach(async () => {
    local = await startTestLeader({ limits: { syncsMax: 2, syncRetryDelayMs: 1 } })
  })

  afterEach(() => local.close())

  /** Asks again while the one before is not over. */
  async function syncWhenFree(body: object): Promise<Reply> {
    for (;;) {
      const reply = await askSync(local, body)
      if (reply.status !== 409) return reply
    }
  }

  it('runs one at a time in a database, and few in all', async () => {
    for (const name of ['x', 'y']) await local.store.createDatabase(name)
    await withHeldRemote(async ({ body, isHeld, goOn }) => {
      const first = askSync(local, body)
      await isHeld
      assertError(await askSync(local, body), 409, 1411)
      await withHeldRemote(async (other) => {
        const second = askSync(local, other.body, { into: 'x' })
        await other.isHeld
        assertError(await askSync(local, body, { into: 'y' }), 503, 32)
        other.goOn()
        assert.equal((await second).status, 200)
      })
      goOn()
      assert.equal((await first).status, 200)
      assert.equal((await askSync(local, body)).status, 200)
    })
  })

  it('ends when its client goes away, and can be started again', async () => {
    await withHeldRemote(async ({ body, isHeld, isGivenBack, goOn }) => {
      const sent = request(`${local.url}/_api/replication/sync`, { method: 'PUT' })
      sent.end(JSON.stringify(body))
      await isHeld
      sent.on('error', () => undefined).destroy()
      await isGivenBack
      assert.ok(local.store.copyMark(local.system) !== undefined)
      goOn()
      const reply = await syncWhenFree(body)
      assert.deepEqual([reply.status, namesOf(reply)], [200, ['c']])
      assert.equal(local.store.copyMark(local.system), undefined)
    })
  })

  it('ends when the leader closes, which says so', async () => {
    const closing = await startTestLeader()
    await withHeldRemote(async ({ body, isHeld, isGivenBack }) => {
      const reply = askSync(closing, body)
      await isHeld
      const closed = closing.leader.close()
      assertError(await reply, 503, 30)
      await isGivenBack
      await closed
      assert.ok(closing.store.copyMark(closing.system) !== undefined)
    })
    await closing.close()
  })

  it('ends with the leader that it reads itself', async () => {
    const closing = await startTestLeader({ limits: { syncRetryDelayMs: 1 } })
    await closing.store.createDatabase('x')
    await fillCollection(closing.store, 'c', 100)
    const body = { endpoint: closing.url, database: '_system' }
    const run: { isOver: boolean } = { isOver: false }
    const outcome = askSync(closing, body, { into: 'x' })
      .catch(() => undefined)
      .finally(() => (run.isOver = true))
    const into = databaseOf(closing.store, 'x')
    while (!run.isOver && closing.store.copyMark(into) === undefined) {
      await new Promise(setImmediate)
    }
    await closing.leader.close()
    const reply = await outcome
    assert.ok(reply === undefined || [200, 503].includes(reply.status))
    await closing.close()
  })

  it('may be silent for longer than other requests', async () => {
    const stalledAnswerMs = 100
    const patient = await startTestLeader({ limits: { stalledAnswerMs } })
    const script: Script = {
      inventory: { collections: [] },
      async intercept({ name }) {
        if (name === INVENTORY) await delay(5 * stalledAnswerMs)
        return false
      },
    }
    await withLeader(script, async ({ source }) => {
      const reply = await askSync(patient, { endpoint: new URL(source.address).origin })
      assert.deepEqual([reply.status, namesOf(reply)], [200, []])
    })
    await patient.close()
  })

  it('fails when the database is dropped meanwhile', async () => {
    await local.store.createDatabase('x')
    await withHeldRemote(async ({ body, isHeld, goOn }) => {
      const reply = askSync(local, body, { into: 'x' })
      await isHeld
      const path = `${local.url}/_api/database/x`
      assert.equal((await ask(path, { method: 'DELETE' })).status, 200)
      goOn()
      assertError(await reply, 500, 1203)
    })
  })

  it('fails when the collection is dropped meanwhile, and can be started again', async () => {
    await withHeldRemote(async ({ body, isHeld, goOn }) => {
      const reply = askSync(local, body)
      await isHeld
      const path = `${local.url}/_api/collection/c`
      assert.equal((await ask(path, { method: 'DELETE' })).status, 200)
      goOn()
      assertError(await reply, 500, 1203)
      assert.equal((await askSync(local, body)).status, 200)
    })
  })

  it('keeps what drivers write to a collection beside what it brings', async () => {
    await withHeldRemote(async ({ body, isHeld, goOn }) => {
      const reply = askSync(local, body)
      await isHeld
      for (const _key of ['a', 'mine']) {
        const path = `${local.url}/_api/document/c`
        const options = { method: 'POST', body: JSON.stringify({ _key, mine: true }) }
        assert.equal((await ask(path, options)).status, 202)
      }
      goOn()
      assert.equal((await reply).status, 200)
    })
    const collection = local.store.collection(local.system, 'c')
    assert.ok(collection !== undefined)
    const textOf = (key: string): unknown => local.store.document(collection, key)?.text.toString()
    assert.equal(textOf('a'), LINE.trim())
    assert.match(String(textOf('mine')), /"mine":true/)
  })
})
