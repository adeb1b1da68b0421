import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DumpedChunk, DumpOptions, Snapshot } from '../../lib/replica/index.js'
import { countdown } from '../support/countdown.js'
import {
  BATCH,
  DELETION,
  DUMP,
  dumpHeaders,
  withLeader,
  type Call,
  type Script,
} from '../support/fake-leader.js'

const LINE = `{"_key":"k","text":"${'x'.repeat(980)}"}\n`
const reason = new Error('enough')

async function startDump(
  snapshot: Snapshot,
  options: DumpOptions = {},
): Promise<AsyncIterator<DumpedChunk>> {
  const [first] = (await snapshot.inventory()).collections
  assert.ok(first !== undefined)
  return snapshot.dump(first.definition, options)[Symbol.asyncIterator]()
}

/** A leader that begins an answer of `dump` and never ends it. */
function stalling(): { script: Script; response: Promise<ServerResponse> } {
  let resolve: (response: ServerResponse) => void = () => undefined
  const response = new Promise<ServerResponse>((done) => {
    resolve = done
  })
  const intercept = ({ name }: Call, answer: ServerResponse): boolean => {
    if (name !== DUMP) return false
    answer.writeHead(200, dumpHeaders(false, 1)).write(LINE.repeat(300))
    resolve(answer)
    return true
  }
  return { script: { intercept }, response }
}

describe('Source of a server, abandoned', () => {
  it('rejects an aborted openSnapshot at once, and deletes the batch that comes after all', async () => {
    const asked = countdown(1)
    const aborted = countdown(1)
    const deleted = countdown(1)
    const script: Script = {
      async intercept({ name }) {
        if (name === DELETION) deleted.count()
        if (name !== BATCH) return false
        asked.count()
        await aborted.reached
        return false
      },
    }
    await withLeader(script, async ({ source, names }) => {
      const stop = new AbortController()
      const opening = source.openSnapshot({ signal: stop.signal })
      await asked.reached
      stop.abort(reason)
      await assert.rejects(opening, reason)
      assert.deepEqual(names(), [BATCH])
      aborted.count()
      await deleted.reached
    })
  })

  it('stops waiting for the next attempt when aborted', async () => {
    const script: Script = {
      intercept(_call, response) {
        response.writeHead(503).end()
        return true
      },
    }
    await withLeader(
      script,
      async ({ source }) => {
        const stop = new AbortController()
        source.onNotice = () => {
          stop.abort(reason)
        }
        await assert.rejects(source.openSnapshot({ signal: stop.signal }), reason)
        await assert.rejects(source.openSnapshot({ signal: stop.signal }), reason)
      },
      { retryDelayMs: 600_000 },
    )
  })

  it('ends an aborted dump with the reason, and its connection', async () => {
    const { script, response } = stalling()
    await withLeader(script, async ({ source, names }) => {
      const snapshot = await source.openSnapshot()
      const stop = new AbortController()
      const chunks = await startDump(snapshot, { signal: stop.signal })
      assert.equal((await chunks.next()).done, false)
      const next = chunks.next()
      stop.abort(reason)
      await assert.rejects(next, reason)
      await closed(await response)
      await snapshot.close()
      assert.equal(names().at(-1), DELETION)
    })
  })

  it('closes the connection of a dump that is given up early', async () => {
    const { script, response } = stalling()
    await withLeader(script, async ({ source }) => {
      const chunks = await startDump(await source.openSnapshot())
      await chunks.next()
      await chunks.return?.()
      await closed(await response)
    })
  })

  it('deletes open batches and ends dumps under way when it is closed', async () => {
    const { script } = stalling()
    await withLeader(script, async ({ source, names }) => {
      const chunks = await startDump(await source.openSnapshot())
      await chunks.next()
      const readOn = async (): Promise<void> => {
        while ((await chunks.next()).done !== true);
      }
      const rejected = assert.rejects(readOn(), {
        code: 'ERR_REMOTE_UNREACHABLE',
        message: /^Cannot read collection "c" at .*: the source was closed meanwhile$/,
      })
      await source.close()
      await rejected
      assert.equal(names().at(-1), DELETION)
      await assert.rejects(source.openSnapshot(), { code: 'ERR_REMOTE_UNREACHABLE' })
    })
  })

  it('holds the leader back while nobody takes data', async () => {
    const total = 64 * 1024 * 1024
    let sent = 0
    const script: Script = {
      async intercept({ name }, response) {
        if (name !== DUMP) return false
        response.writeHead(200, dumpHeaders(false, 1))
        const block = LINE.repeat(64)
        for (; sent < total; sent += block.length) {
          if (!response.write(block)) await once(response, 'drain')
        }
        response.end()
        return true
      },
    }
    await withLeader(script, async ({ source }) => {
      const chunks = await startDump(await source.openSnapshot())
      let bytes = 0
      const first = await chunks.next()
      if (first.done !== true) bytes = first.value.chunk.buffer.length
      await untilSteady(() => sent)
      assert.ok(sent < total / 3, `${sent} bytes were sent ahead`)
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        bytes += next.value.chunk.buffer.length
      }
      assert.equal(bytes, sent)
    })
  })
})

/** Lets everything else go on until a number has stayed the same for many turns of the event loop. */
async function untilSteady(read: () => number): Promise<void> {
  let last = read()
  for (let turns = 0; turns < 200; turns += 1) {
    await nextTurn()
    if (read() !== last) turns = 0
    last = read()
  }
}

async function closed(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, 'close')
}
