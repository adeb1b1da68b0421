/*
 * What small tailers of ArangoDB's log have got wrong, one test for each fault, over HTTP, against a
 * leader that does what no real one can be brought to do; more of it is in
 * `known-faults-served.test.ts`.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import { firstValueFrom, lastValueFrom, tap } from 'rxjs'
import type { ChangeEvent } from '../../../lib/sync/tail/index.js'
import { tick } from '../../../lib/values/index.js'
import { TAIL, withLogLeader, type FakeLogLeader } from '../../support/fake-log-leader.js'
import type { FakeTail, sendTail } from '../../support/fake-tail.js'
import type { Call } from '../../support/fake-leader.js'
import { FakeLog } from '../../support/fake-log.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { abort, begin, commit, eventsOf, keysOf, put } from './support/tail-events.js'

describe('Faults that tailers of the log have had', () => {
  const { at } = useTemporaryDirectory()

  it('errors retried: a cut body and refusals are got over from the last position', async () => {
    const log = new FakeLog([put(11, 'a'), put(12, 'b'), put(13, 'c')])
    const tail = async (call: Call, index: number): Promise<FakeTail> => {
      if (index === 0) return { ...(await log.answer(call)), cut: 100 }
      if (index < 3) return { refusal: { status: 503, errorNum: 503 } }
      return index === 3 ? { cut: 'before' } : log.answer(call)
    }
    await withLogLeader({ lastTick: () => 13n, tail }, async ({ source, tails }) => {
      assert.deepEqual(await keysOf(eventsOf(source, { from: tick(10n) })), ['a', 'b', 'c'])
      assert.ok(tails().length >= 5)
      for (const { query } of tails()) assert.ok(['10', '11'].includes(query['from'] ?? ''))
    })
  })

  it('frompresent obeyed: a gap is an error, not silence', async () => {
    const script = { tail: () => ({ lines: [put(90, 'late')], fromPresent: false }) }
    await withLogLeader(script, async ({ source }) => {
      const seen: ChangeEvent[] = []
      const events$ = eventsOf(source, { from: tick(10n) }).pipe(tap((event) => seen.push(event)))
      await assert.rejects(lastValueFrom(events$), { code: 'ERR_TAIL_GAP', errorNum: 1414 })
      assert.deepEqual(seen, [])
    })
  })

  it('lastscanned obeyed: what is not for us is passed, and not scanned again', async () => {
    const tail = (_call: unknown, index: number): FakeTail => {
      // Other databases wrote up to 500; behind that there is something for us.
      if (index === 0) return { lastScanned: 500n, lastTick: 501n, checkMore: true }
      return { lines: [put(501, 'a')] }
    }
    await withLogLeader({ lastTick: () => 501n, tail }, async ({ source, tails }) => {
      assert.deepEqual(await keysOf(eventsOf(source, { from: tick(100n) })), ['a'])
      const [first, second] = tails().map(({ query }) => [query['from'], query['lastScanned']])
      assert.deepEqual([first?.[0], second], ['100', ['499', '500']])
    })
  })

  it('lastscanned obeyed: one below from does not lead back', async () => {
    // Recorded: asked from 184777, a leader with nothing new says that it scanned up to 184776.
    const tail = (_call: unknown, index: number): FakeTail => {
      if (index === 0) return { lastScanned: 184776n, lastTick: 184777n }
      return { lines: [put(184778, 'a')] }
    }
    const idleMs = { min: 250, max: 250 }
    await withLogLeader({ lastTick: () => 184777n, tail }, async ({ source, tails }) => {
      const events$ = eventsOf(source, { from: tick(184777n), follow: true, idleMs })
      assert.equal((await firstValueFrom(events$)).key, 'a')
      const [, second] = tails().map(({ query }) => [query['from'], query['lastScanned']])
      assert.deepEqual(second, ['184777', '184776'])
    })
  })

  it('bodies streamed: events come while the leader is still sending', async () => {
    let sendRest: () => void = () => undefined
    const script = {
      lastTick: () => 20n,
      tail: () => ({}),
      // Enough for a first chunk, and then nothing until the first event has come.
      intercept: (call: { name: string }, response: Parameters<typeof sendTail>[1]) => {
        if (call.name !== TAIL) return false
        const prefix = 'x-arango-replication'
        response.writeHead(200, {
          'content-type': 'application/x-arango-dump',
          [`${prefix}-checkmore`]: 'false',
          [`${prefix}-lastincluded`]: '20',
          [`${prefix}-lastscanned`]: '20',
          [`${prefix}-lasttick`]: '20',
          [`${prefix}-frompresent`]: 'true',
        })
        const filler = 'x'.repeat(1_000_000)
        // A chunk is given once the one behind it is known.
        for (const [index, key] of ['a', 'b', 'c'].entries()) {
          response.write(`${put(11 + index, key).replace('"}}', `","filler":"${filler}"}}`)}\n`)
        }
        sendRest = () => response.end(`${put(20, 'd')}\n`)
        return true
      },
    }
    await withLogLeader(script, async ({ source }) => {
      const events$ = eventsOf(source, { from: tick(10n) }).pipe(
        tap(({ key }) => {
          if (key === 'a') sendRest()
        }),
      )
      assert.deepEqual(await keysOf(events$), ['a', 'b', 'c', 'd'])
    })
  })

  it('open transactions bounded: a large one waits in a file, which goes with it', async function () {
    if (!existsSync('/proc/self/fd')) this.skip()
    // It has no name from the beginning on; Linux tells which files are open.
    const temporary = async (): Promise<string[]> => {
      const open = await readdir('/proc/self/fd')
      const links = open.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''))
      return (await Promise.all(links)).filter((link) => link.startsWith(at('.')))
    }
    const operations = Array.from({ length: 2000 }, (_, index) => put(12 + index, `k${index}`, 11))
    const answers = [
      { lines: [begin(11, 11), ...operations], checkMore: true, lastTick: 3001n },
      { lines: [commit(3001, 11)] },
    ]
    let filesWhileOpen: string[] = []
    const script = {
      lastTick: () => 3001n,
      tail: async (_call: unknown, index: number) => {
        if (index === 1) filesWhileOpen = await temporary()
        return answers[index] ?? {}
      },
    }
    await withLogLeader(script, async ({ source }) => {
      const grouping = { bytesMax: 10_000, directory: at('.') }
      const keys = await keysOf(eventsOf(source, { from: tick(10n) }, grouping))
      assert.deepEqual(
        keys,
        operations.map((_, index) => `k${index}`),
      )
      assert.equal(filesWhileOpen.length, 1)
      assert.deepEqual(await temporary(), [])
    })
  })

  it('open transactions bounded: more than may be open are an error', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => begin(11 + index, 11 + index))
    await withLogLeader({ lastTick: () => 40n, tail: () => ({ lines }) }, async ({ source }) => {
      const events$ = eventsOf(source, { from: tick(10n) }, { openTransactionsMax: 10 })
      await assert.rejects(lastValueFrom(events$, { defaultValue: undefined }), {
        code: 'ERR_TRANSACTIONS_OPEN',
      })
    })
  })

  it('aborted transactions dropped, also those that are never ended', async () => {
    const lines = [
      ...[begin(11, 11), put(12, 'aborted', 11), abort(13, 11)],
      ...[begin(14, 14), put(15, 'committed', 14), commit(16, 14), put(17, 'alone')],
      ...[begin(18, 18), put(19, 'unended', 18)],
    ]
    await withLogLeader({ lastTick: () => 19n, tail: () => ({ lines }) }, async ({ source }) => {
      assert.deepEqual(await keysOf(eventsOf(source, { from: tick(10n) })), ['committed', 'alone'])
    })
  })

  it('credentials sent: with every request, also the last', async () => {
    const script = { lastTick: () => 11n, tail: () => ({ lines: [put(11, 'a')] }) }
    const options = { username: 'reader', password: 'p' }
    const check = async ({ source, calls, names }: FakeLogLeader): Promise<void> => {
      assert.deepEqual(await keysOf(eventsOf(source, { from: tick(10n) })), ['a'])
      assert.ok(names().includes('DELETE /_api/wal/tail'))
      const wanted = `Basic ${Buffer.from('reader:p').toString('base64')}`
      for (const { headers, name } of calls) assert.equal(headers.authorization, wanted, name)
    }
    await withLogLeader(script, check, options)
  })
})
