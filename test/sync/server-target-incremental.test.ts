import assert from 'node:assert/strict'
import { startFaultyProxy, type FaultyProxy } from '../support/faulty-proxy.js'
import { documentLine, documentLines, put, remove, revisionAt } from './support/replica-pair.js'
import { eventsOf, textsOf, useServerPair, warningsOf } from './support/server-pair.js'

const WRITE = 'POST /_api/document/c'
const REMOVE = 'DELETE /_api/document/c'

describe('incrementalSync() into a server', () => {
  const { source, target, run, assertEqual } = useServerPair()
  const proxies: FaultyProxy[] = []
  afterEach(() => {
    for (const proxy of proxies.splice(0)) proxy.close()
  })

  /** The target as a server that gives every document a revision of its own. */
  async function startRevising(): Promise<FaultyProxy> {
    const proxy = await startFaultyProxy(target().url, ({ name }) =>
      name === WRITE
        ? { kind: 'rewrite', rewrite: (path) => path.replace('isRestore=true', 'isRestore=false') }
        : undefined,
    )
    proxies.push(proxy)
    return proxy
  }

  /** Changes of every kind at the source. */
  async function goOn(): Promise<void> {
    await put(source().store, 'c', [
      ...documentLines(20, 1000),
      documentLine('k10', revisionAt(11)),
      documentLine('k11', revisionAt(10)),
      documentLine('k12', revisionAt(7, 5), { far: true }),
    ])
    await remove(source().store, 'c', ['k1', 'k2', 'k3'])
  }

  it('moves by revision what differs, then nothing', async () => {
    await put(source().store, 'c', documentLines(300))
    await run()
    await goOn()
    const events = await run({ incremental: true })
    assert.deepEqual(warningsOf(events), [])
    const [finished] = eventsOf(events, 'finished')
    assert.equal(finished?.collections[0]?.outcome, 'repaired')
    assert.equal(finished.repair?.fetched, 23)
    await assertEqual()
    const again = await run({ incremental: true })
    assert.equal(eventsOf(again, 'finished')[0]?.collections[0]?.outcome, 'equal')
    assert.equal(eventsOf(again, 'finished')[0]?.repair?.fetched, 0)
  })

  it('compares by content where the target gives revisions of its own', async () => {
    const { url } = await startRevising()
    await put(source().store, 'c', documentLines(300))
    const copied = await run({}, { targetUrl: url })
    assert.equal(eventsOf(copied, 'finished')[0]?.totals.replacedRevisions, 300)
    await goOn()
    const events = await run({ incremental: true }, { targetUrl: url })
    assert.match(
      warningsOf(events).join(),
      /^collection "c" is compared by content: the target has none/,
    )
    const [finished] = eventsOf(events, 'finished')
    assert.equal(finished?.repair?.fetched, 23)
    assert.equal(finished.repair.removed, 3)
    assert.deepEqual(await textsOf(target().store), await textsOf(source().store))
  })

  it('moves nothing where the contents are equal', async () => {
    const proxy = await startRevising()
    await put(source().store, 'c', documentLines(30))
    await run({}, { targetUrl: proxy.url })
    const before = proxy.names.length
    const events = await run({ incremental: true }, { targetUrl: proxy.url })
    assert.equal(eventsOf(events, 'finished')[0]?.collections[0]?.outcome, 'equal')
    const later = proxy.names.slice(before)
    assert.deepEqual(
      later.filter((name) => name === WRITE || name === REMOVE),
      [],
    )
  })
})
