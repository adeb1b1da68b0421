import assert from 'node:assert/strict'
import { lastValueFrom, take, toArray } from 'rxjs'
import { openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import {
  incrementalSync,
  runSync,
  TreesDifferError,
  UnfinishedCopyError,
} from '../../lib/sync/index.js'
import { collectAll } from '../support/streams.js'
import {
  DATABASE,
  documentLine,
  documentLines,
  finishedOf,
  openCopy,
  openLeader,
  outcomesOf,
  put,
  remove,
  revisionAt,
  stateOf,
  useReplicaPair,
  warningsOf,
} from './support/replica-pair.js'
import { wrapAccess, wrapSource } from './support/wrap-source.js'

describe('incrementalSync() that something happens to', () => {
  const pair = useReplicaPair()

  async function diverge(): Promise<void> {
    await put(pair.leader(), 'a', documentLines(2000))
    await pair.copyFully()
    await put(pair.leader(), 'a', documentLines(500, 3000))
    await remove(pair.leader(), 'a', ['k1', 'k2', 'k3'])
    await put(pair.leader(), 'b', documentLines(10))
  }

  async function isUnfinished(): Promise<boolean> {
    const source = await openCopy(pair.at('follower'))
    const snapshot = await source.openSnapshot()
    const { isCopyUnfinished } = await snapshot.inventory()
    await snapshot.close()
    await source.close()
    return isCopyUnfinished
  }

  it('says what is complete when it is aborted, and goes on where it was when run again', async () => {
    await diverge()
    const controller = new AbortController()
    const source = wrapAccess(openLeader(pair.served()), (access) => ({
      async *documents(revisions, options) {
        for await (const dumped of access.documents(revisions, options)) {
          yield dumped
          controller.abort(new Error('enough'))
        }
      },
    }))
    // Small chunks, so that there is a second one.
    const options = { signal: controller.signal, maxInFlightBytes: 40_000 }
    await assert.rejects(pair.bringUp(options, source), (error: unknown) => {
      assert.ok(error instanceof UnfinishedCopyError)
      assert.match(error.message, /enough/)
      assert.deepEqual(error.copy.complete, [])
      assert.equal(error.copy.underWay[0]?.collection, 'a')
      return true
    })
    assert.equal(await isUnfinished(), true)
    const events = await pair.bringUp()
    assert.equal(finishedOf(events, 'a').outcome, 'repaired')
    assert.equal(await isUnfinished(), false)
    await pair.assertEqual()
  })

  it('gives everything back when its subscriber leaves', async () => {
    await diverge()
    let isClosed = false
    const source = wrapSource(openLeader(pair.served()), (snapshot) => ({
      close: () => {
        isClosed = true
        return snapshot.close()
      },
    }))
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    const some$ = incrementalSync(source, target, { workers: 0 }).pipe(take(3), toArray())
    const events = await lastValueFrom(some$)
    assert.equal(events.length, 3)
    await Promise.all([source.close(), target.close()])
    assert.equal(isClosed, true)
    await pair.bringUp()
    await pair.assertEqual()
  })

  it('repairs a target whose full copy was not finished', async () => {
    await diverge()
    const broken = wrapSource(openLeader(pair.served()), (snapshot) => ({
      async *dump(collection, options) {
        if (collection.name === 'b') throw new Error('the wire broke')
        yield* snapshot.dump(collection, options)
      },
    }))
    const target = await openStoreTarget(pair.at('follower'), DATABASE)
    await assert.rejects(runSync(broken, target), { code: 'ERR_COPY_UNFINISHED' })
    await Promise.all([broken.close(), target.close()])
    assert.equal(await isUnfinished(), true)
    const events = await pair.bringUp()
    assert.deepEqual(outcomesOf(events), { a: 'equal', b: 'copied' })
    assert.equal(await isUnfinished(), false)
    await pair.assertEqual()
  })

  it('gives up, and says why, when documents that are listed are never given', async () => {
    await diverge()
    const source = wrapAccess(openLeader(pair.served()), (access) => ({
      async *documents(revisions, options) {
        const [first, ...others] = (await collectAll(asAsync(revisions))).flatMap((one) => [...one])
        assert.ok(first !== undefined)
        yield* access.documents([BigUint64Array.from(others)], options)
      },
    }))
    await assert.rejects(pair.bringUp({}, source), (error: unknown) => {
      assert.ok(error instanceof UnfinishedCopyError)
      const { cause } = error
      assert.ok(cause instanceof TreesDifferError)
      assert.deepEqual(cause.trees, {
        collection: 'a',
        rounds: 3,
        ranges: 1,
        sourceCount: 2497,
        targetCount: 2496,
        listed: 1,
        missing: 1,
      })
      assert.match(cause.message, /the source lists 1 revisions that it gives no documents for/)
      return true
    })
    assert.equal(await isUnfinished(), true)
  })

  it('gives up when the tree of the source is not that of its revisions', async () => {
    await diverge()
    const source = wrapSource(openLeader(pair.served()), (snapshot) => ({
      async tree(collection, options) {
        const tree = await snapshot.tree(collection, options)
        tree.insert(revisionAt(999_999))
        return tree
      },
    }))
    await assert.rejects(pair.bringUp({}, source), (error: unknown) => {
      const { cause } = error as Error
      assert.ok(cause instanceof TreesDifferError)
      assert.match(cause.message, /the tree of the source does not fit the revisions that it lists/)
      return true
    })
  })

  it('mends in a second round what the first one did not get', async () => {
    await diverge()
    let rounds = 0
    const source = wrapAccess(openLeader(pair.served()), (access) => ({
      revisions(ranges, options) {
        rounds += 1
        return rounds === 1 ? asAsync([]) : access.revisions(ranges, options)
      },
    }))
    const events = await pair.bringUp({}, source)
    // The first round takes everything away that is in the leaves that differ.
    const { repair } = finishedOf(events, 'a')
    assert.ok((repair?.fetched ?? 0) > 500, `${repair?.fetched}`)
    assert.ok((repair?.removed ?? 0) > 3, `${repair?.removed}`)
    assert.equal(rounds, 2)
    await pair.assertEqual()
  })

  it('fetches the tree of the source once', async () => {
    await diverge()
    const fetched: string[] = []
    const source = wrapSource(openLeader(pair.served()), (snapshot) => ({
      tree(collection, options) {
        fetched.push(collection.name)
        return snapshot.tree(collection, options)
      },
    }))
    await pair.bringUp({}, source)
    assert.deepEqual(fetched, ['a'])
  })

  it('copies the whole when a document that was fetched cannot keep its revision', async () => {
    await diverge()
    const source = wrapAccess(openLeader(pair.served()), (access) => ({
      async *documents(revisions, options) {
        for await (const { chunk, readBytes } of access.documents(revisions, options)) {
          const at = chunk.buffer.indexOf('"_rev"')
          // The name of the attribute is spoiled, so that the document has no revision.
          chunk.buffer.write('"_xxx"', at)
          yield { chunk, readBytes }
        }
      },
    }))
    const events = await pair.bringUp({}, source)
    assert.deepEqual(warningsOf(events), [
      'collection "a" is copied as a whole: "a" has revisions that the target cannot keep',
    ])
    await pair.assertEqual()
  })

  it('ends at the snapshot of the leader, whatever is written meanwhile', async () => {
    await diverge()
    const source = openLeader(pair.served())
    let count = 0
    const busy = wrapSource(source, (snapshot) => {
      const write = async (): Promise<void> => {
        count += 1
        await put(pair.leader(), 'a', [
          documentLine(`while${count}`, revisionAt(10_000 + count)),
          documentLine(`k${10 + count}`, revisionAt(20_000 + count), { count }),
        ])
        await remove(pair.leader(), 'a', [`k${1000 + count}`, `k${3000 + count}`])
      }
      return {
        async tree(collection, options) {
          await write()
          return snapshot.tree(collection, options)
        },
        async seek(collection, options) {
          const access = await snapshot.seek?.(collection, options)
          if (access === undefined) return undefined
          return {
            async *revisions(ranges, inner) {
              for await (const block of access.revisions(ranges, inner)) {
                await write()
                yield block
              }
            },
            async *documents(revisions, inner) {
              for await (const dumped of access.documents(revisions, inner)) {
                await write()
                yield dumped
              }
            },
          }
        },
      }
    })
    // What the leader has when the batch is opened, and nothing of what comes later.
    const expected = await openStoreTarget(pair.at('expected'), DATABASE)
    await runSync(source, expected)
    await expected.close()
    await pair.bringUp({ maxInFlightBytes: 40_000 }, busy)
    assert.ok(count > 3, `${count} writes`)
    assert.deepEqual(await stateOf(pair.at('follower')), await stateOf(pair.at('expected')))
    await pair.bringUp()
    await pair.assertEqual()
  })

  it('leaves the target alone when the source cannot be opened', async () => {
    await diverge()
    const before = await stateOf(pair.at('follower'))
    const source = wrapSource(await openStoreSource(pair.leader().path, DATABASE), () => ({
      inventory: () => Promise.reject(new Error('no inventory')),
    }))
    await assert.rejects(pair.bringUp({}, source), { message: 'no inventory' })
    assert.equal(await isUnfinished(), false)
    assert.deepEqual(await stateOf(pair.at('follower')), before)
  })
})

async function* asAsync<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item> {
  yield* items
}
