import assert from 'node:assert/strict'
import { Database } from 'arangojs'
import { askTail } from '../support/tail.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

/**
 * Older clients of `logger-follow`, arangochair among them, do not parse its lines: they cut them at
 * the places where attributes stand (driver notes).
 */
const OPERATION =
  /^\{"tick":"(\d+)","type":(230[02]),"tid":"(\d+)","database":"\d+".*?,"cname":"([^"]+)","data":(\{.*\})\}$/
const BOUND = /^\{"tick":"(\d+)","type":(220[0-2]),"tid":"(\d+)","database":"\d+"\}$/

/** What such a client makes of the log: changes of committed transactions, in their order. */
class OlderTailer {
  readonly changes: string[] = []
  readonly #open = new Map<string, string[]>()
  readonly #url: string
  #from: string

  constructor(url: string, from: string) {
    this.#url = url
    this.#from = from
  }

  /** Reads on until there is nothing more. */
  async readOn(): Promise<void> {
    for (;;) {
      const path = '/_db/_system/_api/replication/logger-follow'
      const { status, headers, body } = await askTail(this.#url, { from: this.#from }, { path })
      assert.ok(status === 200 || status === 204, `${status}`)
      const last = String(headers['x-arango-replication-lastincluded'])
      if (last === '0') return
      this.#from = last
      for (const line of body.toString().split('\n').slice(0, -1)) this.#take(line)
    }
  }

  #take(line: string): void {
    this.#takeBound(line)
    const [, , type, id = '', name, data = ''] = OPERATION.exec(line) ?? []
    if (type === undefined) return
    const { _key: key } = JSON.parse(data) as { _key: string }
    const changes = id === '0' ? this.changes : (this.#open.get(id) ?? assert.fail(line))
    changes.push(`${type} ${name}/${key}`)
  }

  #takeBound(line: string): void {
    const [, , bound, id = ''] = BOUND.exec(line) ?? []
    if (bound === '2200') this.#open.set(id, [])
    if (bound === '2201') this.changes.push(...(this.#open.get(id) ?? assert.fail(line)))
  }
}

describe('An older tailer at a leader', () => {
  let test: TestLeader
  let db: Database

  before(async () => {
    test = await startTestLeader()
    db = new Database({ url: test.url })
  })

  after(async () => {
    db.close()
    await test.close()
  })

  it('receives inserts, updates and removes, and those of transactions', async () => {
    const things = await db.createCollection('things')
    const tailer = new OlderTailer(test.url, '0')
    await things.save({ _key: 'a', n: 1 })
    await tailer.readOn()
    assert.deepEqual(tailer.changes, ['2300 things/a'])
    await things.update('a', { n: 2 })
    await things.saveAll([{ _key: 'b' }, { _key: 'c', text: 'x,"data":{}' }])
    await things.remove('a')
    await things.removeAll(['b', 'c'])
    await tailer.readOn()
    assert.deepEqual(tailer.changes.slice(1), [
      '2300 things/a',
      '2300 things/b',
      '2300 things/c',
      '2302 things/a',
      '2302 things/b',
      '2302 things/c',
    ])
  })
})
