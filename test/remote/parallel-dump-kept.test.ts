import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { NEXT, withDumps } from '../support/fake-dumps.js'
import { sendError, withLeader, type Call, type FakeLeader } from '../support/fake-leader.js'
import { ManualClock } from '../support/manual-clock.js'

const BATCHES = [0, 1, 2, 3, 4].map((part) => `{"_key":"${part}"}\n`)
/** A third of the ttl, after which a dump is looked at. */
const LOOK_MS = 200_000

type First = (call: Call, response: ServerResponse) => boolean | Promise<boolean>

/** Reads a collection whose reader waits after the first chunk, until `meanwhile` has ended. */
async function readSlowly(
  meanwhile: (leader: FakeLeader, clock: ManualClock) => Promise<void>,
  first?: First,
): Promise<string> {
  const clock = new ManualClock()
  const script = withDumps({ batches: BATCHES, ofBatch: '77', first })
  const texts: string[] = []
  const read = async (leader: FakeLeader): Promise<void> => {
    const snapshot = await leader.source.openSnapshot()
    const [collection] = (await snapshot.inventory()).collections
    assert.ok(collection !== undefined)
    for await (const { chunk } of snapshot.dump(collection.definition)) {
      texts.push(chunk.buffer.toString())
      if (texts.length === 1) await meanwhile(leader, clock)
    }
    await snapshot.close()
  }
  await withLeader(script, read, { parallelDump: 'exact', clock })
  return texts.join('')
}

function numbersAsked({ calls }: FakeLeader): number[] {
  return calls.filter(({ name }) => name === NEXT).map(({ query }) => Number(query['batchId']))
}

/** So many turns take seconds at least: what has not come by then will not. */
const TURNS_MAX = 200_000

async function until(hasCome: () => boolean, turn: () => void = () => undefined): Promise<void> {
  for (let turns = 0; !hasCome(); turns += 1) {
    assert.ok(turns < TURNS_MAX, 'it does not come')
    turn()
    await nextTurn()
  }
}

/** Waits until so many batches were asked for, and moves the clock meanwhile if there is one. */
function untilAsked(leader: FakeLeader, count: number, clock?: ManualClock): Promise<void> {
  return until(
    () => numbersAsked(leader).length >= count,
    () => clock?.move(LOOK_MS),
  )
}

describe('A parallel dump whose reader takes long', () => {
  it('is kept alive by asking again for a batch that has come, which costs nothing', async () => {
    const text = await readSlowly(async (leader, clock) => {
      await untilAsked(leader, 3)
      await untilAsked(leader, 5, clock)
      const kept = leader.calls.filter(({ name }) => name === NEXT).slice(3)
      assert.ok(kept.every(({ query }) => ['2', '3'].includes(query['batchId'] ?? '')))
      assert.ok(kept.every(({ query }) => query['lastBatch'] === undefined))
    })
    assert.equal(text, BATCHES.join(''))
  })

  it('does not acknowledge a batch while that one is asked for again', async () => {
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const seen: string[] = []
    const first: First = async ({ name, query }, response) => {
      if (name !== NEXT) return false
      const { batchId = '', lastBatch = '' } = query
      const isRepeated = seen.some((one) => one.startsWith(`${batchId}/`))
      seen.push(`${batchId}/${lastBatch}`)
      if (!isRepeated) return false
      // Held back: what acknowledges it must not overtake it.
      await released
      response.once('close', () => seen.push('repeated'))
      return false
    }
    const text = await readSlowly(async (leader, clock) => {
      await untilAsked(leader, 3)
      await untilAsked(leader, 4, clock)
      setImmediate(release)
    }, first)
    assert.equal(text, BATCHES.join(''))
    const repeated = seen.slice(3, seen.indexOf('repeated') + 1)
    assert.ok(
      repeated.every((one) => ['2/', '3/', 'repeated'].includes(one)),
      seen.join(' '),
    )
    assert.ok(repeated.length > 1 && seen.includes('4/2'))
  })

  it('tells where it could not be kept alive, and goes on', async () => {
    let isFailing = false
    const first: First = ({ name }, response) =>
      isFailing && name === NEXT && sendError(response, 500, 4)
    const text = await readSlowly(async (leader, clock) => {
      await untilAsked(leader, 3)
      isFailing = true
      await until(
        () => leader.notices.length > 0,
        () => {
          clock.move(LOOK_MS)
        },
      )
      isFailing = false
      assert.match(leader.notices[0]?.message ?? '', /^Cannot read collection "c" at .*status 500/)
    }, first)
    assert.equal(text, BATCHES.join(''))
  })

  it('is not looked at any more once it has ended', async () => {
    const clock = new ManualClock()
    const script = withDumps({ batches: [], ofBatch: '77' })
    await withLeader(
      script,
      async ({ source }) => {
        const snapshot = await source.openSnapshot()
        const [collection] = (await snapshot.inventory()).collections
        assert.ok(collection !== undefined)
        const before = clock.intervals.length
        for await (const { chunk } of snapshot.dump(collection.definition)) {
          assert.fail(chunk.buffer.toString())
        }
        assert.equal(clock.intervals.length, before)
        await snapshot.close()
      },
      { parallelDump: 'exact', clock },
    )
  })
})

describe('Batches of a parallel dump', () => {
  it('come in the order in which the server chose them, one body beside the other', async () => {
    let isHeld = true
    let release: () => void = () => undefined
    const bodies = new Promise<void>((resolve) => {
      release = resolve
    })
    const first: First = async ({ name, query }, response) => {
      if (name !== NEXT || query['batchId'] !== '1' || !isHeld) return false
      isHeld = false
      const headers = { 'content-type': 'application/x-arango-dump', 'content-length': '10' }
      response.writeHead(200, headers).flushHeaders()
      await bodies
      response.end('{"_key":1}')
      return true
    }
    const script = withDumps({ batches: BATCHES, ofBatch: '77', first })
    await withLeader(
      script,
      async (leader) => {
        const snapshot = await leader.source.openSnapshot()
        const [collection] = (await snapshot.inventory()).collections
        assert.ok(collection !== undefined)
        const dump = snapshot.dump(collection.definition)[Symbol.asyncIterator]()
        const next = dump.next()
        // The second is asked for once the head of the first is there, and not its body.
        await untilAsked(leader, 2)
        release()
        const { value } = (await next) as IteratorYieldResult<{ chunk: { buffer: Buffer } }>
        assert.equal(value.chunk.buffer.toString(), '{"_key":1}')
        await dump.return?.()
        await snapshot.close()
      },
      { parallelDump: 'exact' },
    )
  })
})
