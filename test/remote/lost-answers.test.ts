import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { RemoteUnreachableError } from '../../lib/remote/index.js'
import { DELETION, DUMP, dumpHeaders, withLeader, type Script } from '../support/fake-leader.js'
import { dumpFirst } from '../support/remote-dump.js'

const PARTS = [0, 1, 2].map((part) =>
  Array.from({ length: 20_000 }, (_, index) => `{"_key":"${part}-${index}"}\n`).join(''),
)

/** Loses an answer of `dump`; `attempt` counts from 0. */
type Lose = (response: ServerResponse, part: string, attempt: number) => void

/** A leader that loses the answer for its second part so many times. */
function losing(lose: Lose, times: number, script: Script): Script {
  let dumps = 0
  let lost = 0
  return {
    parts: PARTS,
    ...script,
    intercept({ name }, response) {
      if (name !== DUMP) return false
      dumps += 1
      if (dumps < 2 || lost === times) return false
      lose(response, PARTS[1] ?? '', lost)
      lost += 1
      return true
    },
  }
}

const refuse: Lose = (response) => response.writeHead(503).end()
const reset: Lose = (response) => response.socket?.resetAndDestroy()

async function cut(
  response: ServerResponse,
  headers: object,
  sent: string | Buffer,
): Promise<void> {
  response.writeHead(200, { ...dumpHeaders(true, 200), ...headers })
  await new Promise((resolve) => response.write(sent, resolve))
  await nextTurn()
  response.destroy()
}

/** Cut after a part that grows with each attempt, in the middle of a line. */
const cutLength: Lose = (response, part, attempt) =>
  void cut(response, { 'content-length': part.length }, part.slice(0, 100_003 * (attempt + 1)))
const cutChunked: Lose = (response, part) => void cut(response, {}, part.slice(0, 70_001))
const cutChunkedAndClosed: Lose = (response, part) =>
  void cut(response, { connection: 'close' }, part.slice(0, 70_001))
const cutAtLine: Lose = (response, part) =>
  void cut(response, {}, part.slice(0, part.indexOf('\n', 90_000) + 1))
const cutHead: Lose = (response) => void cut(response, {}, '')
const cutGzip: Lose = (response, part) => {
  const packed = gzipSync(part)
  const head = { ...dumpHeaders(true, 200), 'content-encoding': 'gzip' }
  response.writeHead(200, head).end(packed.subarray(0, packed.length >> 1))
}

const LOSSES: Readonly<Record<string, Lose>> = {
  reset,
  cutLength,
  cutChunked,
  cutChunkedAndClosed,
  cutAtLine,
  cutHead,
  cutGzip,
}

describe('Snapshot.dump of a server, lost answers', () => {
  for (const [title, lose] of Object.entries({ refuse, ...LOSSES })) {
    it(`asks a tidemark leader again and gives each byte once: ${title}`, async () => {
      const script = losing(lose, 2, { isTidemark: true })
      await withLeader(script, async ({ source, calls, notices }) => {
        const dump = await dumpFirst(source)
        assert.equal(dump.error, undefined)
        assert.ok(dump.text === PARTS.join(''))
        const asked = calls.filter(({ name }) => name === DUMP).map(({ query }) => query['from'])
        assert.deepEqual(asked, ['0', '100', '100', '100', '200'])
        assert.deepEqual(
          notices.map(({ kind }) => kind),
          ['retry', 'retry'],
        )
        assert.match(notices[0]?.message ?? '', /^Cannot read collection "c" at .*; trying again$/)
      })
    })
  }

  for (const [title, lose] of Object.entries(LOSSES)) {
    it(`does not ask ArangoDB again, which would leave a part out: ${title}`, async () => {
      await withLeader(losing(lose, 1, {}), async ({ source, names, notices }) => {
        const { text, error } = await dumpFirst(source)
        assert.ok(error instanceof RemoteUnreachableError, String(error))
        assert.deepEqual([error.code, error.errorNum], ['ERR_REMOTE_UNREACHABLE', 1400])
        assert.match(error.message, /^Cannot read collection "c" at http:/)
        assert.ok(PARTS.join('').startsWith(text) && text.length < PARTS.join('').length)
        assert.equal(names().filter((name) => name === DUMP).length, 2)
        assert.equal(names().at(-1), DELETION)
        assert.deepEqual(notices, [])
      })
    })
  }

  it('says that ArangoDB cannot repeat what was cut off', async () => {
    await withLeader(losing(cutLength, 1, {}), async ({ source }) => {
      assert.match(
        String((await dumpFirst(source)).error),
        /the server cannot repeat it; start anew$/,
      )
    })
  })

  it('gives up after as many failures in a row as asked for', async () => {
    const script = losing(cutChunked, Infinity, { isTidemark: true })
    await withLeader(
      script,
      async ({ source, names }) => {
        const { error } = await dumpFirst(source)
        assert.ok(error instanceof RemoteUnreachableError, String(error))
        assert.equal(names().filter((name) => name === DUMP).length, 1 + 1 + 3)
      },
      { retries: 3 },
    )
  })

  it('refuses a repeated answer that is shorter than what it gave already', async () => {
    const lose: Lose = (response, part, attempt) => {
      if (attempt === 0) cutLength(response, part, attempt)
      else response.writeHead(200, dumpHeaders(false, 200)).end(part.slice(0, 1000))
    }
    await withLeader(losing(lose, 2, { isTidemark: true }), async ({ source }) => {
      assert.match(String((await dumpFirst(source)).error), /the repeated answer is not the same/)
    })
  })
})
