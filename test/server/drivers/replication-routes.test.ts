import assert from 'node:assert/strict'
import { Database } from 'arangojs'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const PASSWORD = 'secret'

/** What arangojs gives of an answer. */
interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly parsedBody?: unknown
}

/** A part of the answer to `inventory`. */
interface Inventory {
  readonly collections: readonly { readonly parameters: { readonly name: string } }[]
  readonly tick: string
  readonly state: { readonly lastLogTick: string }
}

/** A tree of revisions in the documented form. */
interface Tree {
  readonly version: number
  readonly nodes: readonly { readonly count: number }[]
}

/** The body of an answer with lines, which arangojs leaves as it came. */
async function linesOf({ parsedBody }: Answer): Promise<string> {
  if (parsedBody instanceof Blob) return parsedBody.text()
  return typeof parsedBody === 'string' ? parsedBody : JSON.stringify(parsedBody)
}

type Route = ReturnType<Database['route']>

/** Routes are what arangojs has for APIs that it does not know; ArangoDB 4 will not have them. */
function routeOf(db: Database, path: string): Route {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- for servers before 4
  return db.route(path)
}

describe('arangojs at the replication routes of a leader', () => {
  let test: TestLeader
  let system: Database
  let db: Database
  let batchId: string
  const api = (): Route => routeOf(db, '_api')
  const replication = (): Route => routeOf(db, '_api/replication')

  before(async () => {
    test = await startTestLeader({ auth: { kind: 'on', rootPassword: PASSWORD } })
    system = new Database({ url: test.url, auth: { username: 'root', password: PASSWORD } })
    db = await system.createDatabase('read')
    const things = await db.createCollection('things')
    await things.saveAll([{ _key: 'a' }, { _key: 'b' }, { _key: 'c' }])
    const made = (await replication().post('batch', { ttl: 60 })) as Answer
    batchId = (made.parsedBody as { id: string }).id
  })

  after(async () => {
    const gone = (await replication().delete(`batch/${batchId}`)) as Answer
    assert.equal(gone.status, 204)
    system.close()
    await test.close()
  })

  it('reads who the leader is, and how far its log goes', async () => {
    const { parsedBody } = (await replication().get('logger-state')) as Answer
    const { state, server } = parsedBody as {
      state: { running: boolean; lastLogTick: string }
      server: { serverId: string; version: string }
    }
    assert.equal(state.running, true)
    assert.match(state.lastLogTick, /^\d+$/)
    const { parsedBody: own } = (await replication().get('server-id')) as Answer
    assert.equal((own as { serverId: string }).serverId, server.serverId)
    const { parsedBody: first } = (await replication().get('logger-first-tick')) as Answer
    assert.match((first as { firstTick: string }).firstTick, /^\d+$/)
  })

  it('reads an inventory of a batch, which it prolongs', async () => {
    const { parsedBody } = (await replication().get('inventory', { batchId })) as Answer
    const { collections, tick, state } = parsedBody as Inventory
    assert.ok(collections.some(({ parameters }) => parameters.name === 'things'))
    assert.match(`${tick} ${state.lastLogTick}`, /^\d+ \d+$/)
    const kept = (await replication().put(`batch/${batchId}`, { ttl: 60 })) as Answer
    assert.equal(kept.status, 204)
  })

  it('reads a dump of a batch', async () => {
    const answer = (await replication().get('dump', { batchId, collection: 'things' })) as Answer
    const documents = (await linesOf(answer))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: { _key: string } })
    assert.deepEqual(documents.map(({ data }) => data._key).sort(), ['a', 'b', 'c'])
    assert.equal(answer.headers.get('x-arango-replication-checkmore'), 'false')
  })

  it('reads the log', async () => {
    const answer = (await api().get('wal/tail', { from: '0' })) as Answer
    const lines = (await linesOf(answer)).trimEnd().split('\n')
    const types = lines.map((line) => (JSON.parse(line) as { type: number }).type)
    assert.deepEqual(types.slice(-5), [2200, 2300, 2300, 2300, 2201])
    assert.equal(answer.headers.get('x-arango-replication-frompresent'), 'true')
    const { parsedBody: last } = (await api().get('wal/lastTick')) as Answer
    const { tick } = last as { tick: string }
    assert.equal(answer.headers.get('x-arango-replication-lasttick'), tick)
    const { parsedBody: range } = (await api().get('wal/range')) as Answer
    assert.equal((range as { tickMax: string }).tickMax, tick)
  })

  it('reads the tree of revisions, the revisions of its ranges and their documents', async () => {
    const query = { batchId, collection: 'things' }
    const revisions = routeOf(db, '_api/replication/revisions')
    const { parsedBody: tree } = (await revisions.get('tree', query)) as Answer
    const [root] = (tree as Tree).nodes
    assert.equal(root?.count, 3)
    const whole = [['0', 'zzzzzzzzzzz']]
    const { parsedBody } = (await revisions.put('ranges', whole, query)) as Answer
    const [found = []] = (parsedBody as { ranges: string[][] }).ranges
    assert.equal(found.length, 3)
    const { parsedBody: documents } = (await revisions.put('documents', found, query)) as Answer
    assert.deepEqual(
      (documents as { _rev: string }[]).map(({ _rev }) => _rev),
      found,
    )
  })

  it('hears that a batch is not known', async () => {
    await assert.rejects(
      replication().get('inventory', { batchId: '1' }) as Promise<unknown>,
      (error: unknown) => [400, 404].includes((error as { code: number }).code),
    )
  })
})
