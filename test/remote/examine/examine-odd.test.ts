import assert from 'node:assert/strict'
import { loggerStateOf } from '../../support/fake-leader.js'
import { examine, verdictOf, verdictsOf } from './examine-made-up.js'
import { BATCH_ID, lines, MODERN } from './made-up-server.js'

/** An answer that has a head, and whose body never ends. */
const NEVER = { headers: { 'content-length': '10' }, body: '{' }

describe('examineServer() of what is odd', () => {
  it('does not guess where there is nothing to look at', async () => {
    const inventory = { body: { collections: [], views: [] } }
    const found = await examine({ ...MODERN, 'GET /_api/replication/inventory': inventory })
    assert.equal(found.dialects.dumpLines, undefined)
    assert.equal(found.dialects.parallelDump, undefined)
    assert.equal(verdictOf(found, 'dump'), 'yes')
    assert.equal(verdictOf(found, 'sync-by-tree'), 'unknown')
    assert.equal(verdictOf(found, 'parallel-dump'), 'unknown')
  })

  it('asks once more where ArangoDB stood at the end of a dump', async () => {
    let asked = 0
    const found = await examine({
      ...MODERN,
      'GET /_api/replication/dump': () => {
        asked += 1
        return asked % 2 === 1 ? { status: 204 } : lines({ _key: 'a' })
      },
    })
    assert.equal(found.dialects.dumpLines, 'document')
  })

  it('tells no difference of clocks where the server tells no time', async () => {
    const timeless = loggerStateOf({}, { time: 'soon' })
    const found = await examine({
      ...MODERN,
      'GET /_admin/time': { body: { time: 'now' } },
      'GET /_api/replication/logger-state': { body: timeless },
    })
    assert.equal(found.clock, undefined)
  })

  it('does not know what to say of lines that it cannot read', async () => {
    const found = await examine({ ...MODERN, 'GET /_api/replication/dump': { body: 'oops\n' } })
    assert.equal(found.dialects.dumpLines, undefined)
    assert.match(verdictsOf(found).dump ?? '', /^unknown: the answer is not what it should be/)
    const odd = await examine({ ...MODERN, 'GET /_api/replication/dump': lines({ a: 1 }) })
    assert.equal(odd.dialects.dumpLines, undefined)
  })

  it('looks at no more than the beginning of a long line', async () => {
    const long = { _key: 'a', text: 'x'.repeat(1_200_000) }
    const found = await examine({ ...MODERN, 'GET /_api/replication/dump': lines(long) })
    assert.equal(found.dialects.dumpLines, undefined)
    assert.equal(verdictOf(found, 'dump'), 'yes')
  })

  it('tells a server whose trees have levels, and one that does not write revisions as HLC', async () => {
    const tree = '{"version":1,"branchingFactor":8,"nodes":[[{"hash":"7","count":1}]]}'
    const state = loggerStateOf({ version: '3.8.1' })
    const found = await examine({
      ...MODERN,
      'POST /_api/replication/batch': { body: { id: BATCH_ID, lastTick: '1000', state } },
      'GET /_api/replication/revisions/tree': { body: tree },
    })
    const { treeUnasked, treeVelocyPack, revisionsAsHlc } = found.dialects
    assert.deepEqual([treeUnasked, treeVelocyPack, revisionsAsHlc], ['levels', false, false])
  })

  it('gives a question its time, and goes on without the answer', async () => {
    const slow = { ...MODERN, 'GET /_api/wal/range': () => NEVER }
    const found = await examine(slow, { questionMsMax: 1500 })
    assert.match(
      verdictsOf(found).tail ?? '',
      /^unknown: (?:no answer came within|the server went)/,
    )
    assert.equal(verdictOf(found, 'dump'), 'yes')
  })

  it('is ended by its signal', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const ending = {
      ...MODERN,
      'GET /_api/engine': () => {
        controller.abort(reason)
        return { body: {} }
      },
    }
    await assert.rejects(examine(ending, { signal: controller.signal }), reason)
  })

  it('tells a server that is read only', async () => {
    const readOnly = { body: { serverInfo: { readOnly: true, maintenance: true } } }
    const found = await examine({ ...MODERN, 'GET /_admin/status': readOnly })
    assert.equal(found.server.isInMaintenance, true)
    assert.equal(verdictsOf(found).target, 'no: the server is in read-only mode')
  })

  it('takes no version but 3 for one that can be read', async () => {
    const state = loggerStateOf({ version: '4.0.1' })
    const batch = { body: { id: BATCH_ID, lastTick: '1000', state } }
    const found = await examine({ ...MODERN, 'POST /_api/replication/batch': batch })
    assert.equal(verdictsOf(found).dump, 'no: it is of version "4.0.1", and only 3 can be read')
  })
})
