import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openDirectory } from '../../lib/directory/index.js'
import { MerkleTree } from '../../lib/merkle/index.js'
import type { Snapshot, Source } from '../../lib/replica/index.js'
import { dataFileName, writeSampleDump } from '../support/sample-dump.js'
import {
  documentLine,
  documentLines,
  finishedOf,
  openLeader,
  outcomesOf,
  put,
  revisionAt,
  stateOf,
  useReplicaPair,
  warningsOf,
} from './support/replica-pair.js'
import { wrapSource } from './support/wrap-source.js'

describe('incrementalSync() where revisions cannot be compared', () => {
  const pair = useReplicaPair()

  /** Brings the follower up from what `change` makes of the leader's snapshot. */
  async function bringUpAltered(change: (snapshot: Snapshot) => Partial<Snapshot>): Promise<void> {
    await put(pair.leader(), 'a', documentLines(100))
    await pair.copyFully()
    await put(pair.leader(), 'a', documentLines(5, 200))
    const events = await pair.bringUp({}, wrapSource(openLeader(pair.served()), change))
    assert.deepEqual(outcomesOf(events), { a: 'copied' })
    assert.equal(warningsOf(events).length, 1)
    assert.match(warningsOf(events)[0] ?? '', /^collection "a" is copied as a whole: /)
    assert.equal(finishedOf(events, 'a').totals.documents, 105)
    await pair.assertEqual()
  }

  it('copies the whole of a collection that a server knows neither by revision nor by key', () =>
    bringUpAltered(() => ({
      seek: () => Promise.resolve(undefined),
      seekKeys: () => Promise.resolve(undefined),
    })))

  it('copies the whole of a collection whose tree has another depth', () =>
    bringUpAltered(() => ({
      tree: () => {
        const tree = new MerkleTree({ rangeMin: 0n, depth: 4 })
        tree.insert(revisionAt(3))
        return Promise.resolve(tree)
      },
    })))

  it('does not ask a leader for trees that has none, and says so', async () => {
    const parameters = { syncByRevision: false }
    await pair.leader().createCollection(pair.system(), { name: 'a', type: 2, parameters })
    await put(pair.leader(), 'a', documentLines(10))
    const first = await pair.bringUp()
    assert.deepEqual(warningsOf(first), [])
    await put(pair.leader(), 'a', documentLines(1, 20))
    const second = await pair.bringUp()
    assert.deepEqual(warningsOf(second), [
      'collection "a" is compared by key: the source does not sync it by revision',
    ])
    await pair.assertEqual()
  })

  it('copies the whole of a collection whose documents could not keep their revisions', async () => {
    await put(pair.leader(), 'a', documentLines(10))
    await pair.copyFully()
    await pair.withFollower((store) => put(store, 'a', [`{"_key":"odd","_rev":""}`]))
    const events = await pair.bringUp()
    assert.deepEqual(warningsOf(events), [
      'collection "a" is copied as a whole: documents of the target could not keep their revisions',
    ])
    await pair.assertEqual()
    assert.deepEqual(outcomesOf(await pair.bringUp()), { a: 'equal' })
  })
})

describe('incrementalSync() from a directory', () => {
  const pair = useReplicaPair()
  const open = (): Promise<Source> => openDirectory(pair.at('dump'))

  /** Rewrites the lines of the data file. */
  async function changeLines(change: (lines: string[]) => string[]): Promise<void> {
    const path = `${pair.at('dump')}/${dataFileName('things')}`
    const lines = gunzipSync(await readFile(path))
      .toString()
      .trimEnd()
      .split('\n')
    await writeFile(path, gzipSync(`${change(lines).join('\n')}\n`))
  }

  async function documents(): Promise<string[]> {
    const things = (await stateOf(pair.at('follower'))).get('things')
    return things?.['documents'] as string[]
  }

  beforeEach(async () => {
    await writeSampleDump(pair.at('dump'), [
      { name: 'things', count: 5000 },
      { name: 'empty', count: 0 },
    ])
  })

  it('reads the dump for what differs alone', async () => {
    const first = await pair.bringUp({}, await open())
    assert.deepEqual(outcomesOf(first), { empty: 'copied', things: 'copied' })
    const all = await documents()
    await changeLines((lines) => [
      ...lines.slice(10),
      documentLine('late', revisionAt(0, 200_000), { n: 1 }),
    ])
    const second = await pair.bringUp({}, await open())
    assert.deepEqual(warningsOf(second), [])
    const { repair, outcome } = finishedOf(second, 'things')
    assert.equal(outcome, 'repaired')
    assert.deepEqual([repair?.fetched, repair?.removed], [1, 10])
    const now = await documents()
    assert.deepEqual(now.slice(0, 4990), all.slice(10, 5000))
    assert.match(now[4990] ?? '', /"_key":"late"/)
    const third = await pair.bringUp({}, await open())
    assert.deepEqual(outcomesOf(third), { empty: 'equal', things: 'equal' })
  })

  it('copies the whole of a dump with documents that have no revision', async () => {
    await pair.bringUp({}, await open())
    await changeLines((lines) => [...lines, '{"_key":"none","n":1}'])
    const events = await pair.bringUp({}, await open())
    assert.deepEqual(warningsOf(events), [
      'collection "things" is copied as a whole: the source has documents without a revision',
    ])
    assert.equal(finishedOf(events, 'things').totals.documents, 5001)
    assert.equal((await documents()).length, 5002)
  })

  it('copies the whole of a dump with removals', async () => {
    await pair.bringUp({}, await open())
    await changeLines((lines) => [...lines, '{"type":2302,"data":{"_key":"k7"}}'])
    const events = await pair.bringUp({}, await open())
    assert.deepEqual(warningsOf(events), [
      'collection "things" is copied as a whole: the dump of the source has removals in it',
    ])
    assert.equal(finishedOf(events, 'things').totals.removals, 1)
    assert.ok(!(await documents()).some((line) => line.includes('"_key":"k7"')))
  })

  it('copies the whole of a dump that has a revision twice', async () => {
    await pair.bringUp({}, await open())
    const twice = [1, 2].map((key) => documentLine(`twice${key}`, revisionAt(0, 200_000)))
    await changeLines((lines) => [...lines, ...twice])
    const events = await pair.bringUp({}, await open())
    assert.deepEqual(warningsOf(events), [
      'collection "things" is copied as a whole: the dump of the source has a revision more than once',
    ])
    assert.equal(finishedOf(events, 'things').totals.replacedRevisions, 1)
    assert.equal((await documents()).length, 5003)
  })

  it('leaves the target alone when a line is damaged', async () => {
    await pair.bringUp({}, await open())
    const before = await documents()
    await changeLines((lines) => [...lines, '{"_key":"torn'])
    await assert.rejects(pair.bringUp({}, await open()), (error: unknown) => {
      const { cause } = error as Error
      assert.equal((cause as { code?: string }).code, 'ERR_DUMP_LINE')
      return true
    })
    assert.deepEqual(await documents(), before)
  })
})
