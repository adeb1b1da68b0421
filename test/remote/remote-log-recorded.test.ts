import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { tick } from '../../lib/values/index.js'
import { parseReplicationHeaders } from '../../lib/wire/index.js'
import { inOrder, withLog } from '../support/fake-log-leader.js'
import type { FakeTail } from '../support/fake-tail.js'
import { answeredLines } from '../support/marker-lines.js'
import { compactLines, recordedAnswers, type RecordedAnswer } from '../support/recorded-answers.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { collectAll } from '../support/streams.js'

/** The answer with the headers of the protocol as they were, and no others. */
function replay({ headers, lines }: RecordedAnswer): FakeTail {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('x-arango-replication-'))
  const type = headers['content-type']
  return { lines, headers: { 'content-type': type, ...Object.fromEntries(kept) } }
}

const fromOf = ({ url }: RecordedAnswer): bigint => BigInt(/from=(\d+)/.exec(url)?.[1] ?? '')

describeWithShared('RemoteLog.read() of recorded answers', () => {
  const recorded = recordedAnswers(/RestWalAccessTailing|RestReplicationLoggerFollow/)

  for (const recording of recorded) {
    it(`gives ${recording.file} as it was`, async () => {
      const from = tick(fromOf(recording))
      await withLog({ tail: inOrder(replay(recording)) }, async (log) => {
        const { chunks, ...position } = await log.read({ from, lastScanned: tick(0n) })
        const { active: _active, ...headers } = parseReplicationHeaders(recording.headers)
        assert.deepEqual(position, headers)
        const all = await collectAll(chunks)
        const markers = all.flatMap((chunk) => [...chunk.markers()])
        assert.equal(markers.length, recording.lines.length)
        // Recordings of the older command leave lines out.
        const last = markers.at(-1)?.tick ?? 0n
        assert.ok(last <= position.lastIncluded)
        if (recording.file.includes('Wal')) assert.equal(last, position.lastIncluded)
        assert.ok(markers.every((marker) => marker.tick > from))
        const text = all.map(({ buffer }) => buffer.toString()).join('')
        assert.equal(text, recording.lines.map((line) => `${line}\n`).join(''))
      })
    })
  }

  it('has empty answers that looked less far than was asked, which lead nowhere else', async () => {
    const below = recorded.filter(
      (recording) =>
        Number(recording.headers['x-arango-replication-lastscanned']) < fromOf(recording),
    )
    assert.deepEqual(below.map(({ status }) => status).sort(), [204, 204, 204, 204])
    for (const recording of below) {
      const from = tick(fromOf(recording))
      await withLog({ tail: inOrder(replay(recording)) }, async (log) => {
        const answer = await log.read({ from, lastScanned: tick(0n) })
        assert.ok(answer.lastScanned < from)
        assert.deepEqual(
          [answer.lastIncluded, answer.checkMore, answer.fromPresent],
          [0n, false, true],
        )
      })
    }
  })

  it('gives the examples of every type', async () => {
    const text = readFileSync(sharedUrl('fixtures/docs-3.12-wal-marker-examples.txt'), 'utf8')
    const lines = compactLines(text.replaceAll('----', ''))
    const tail = { lines, lastIncluded: 2n ** 40n, lastTick: 2n ** 40n }
    await withLog({ tail: inOrder(tail) }, async (log) => {
      const answer = await log.read({ from: tick(1n), lastScanned: tick(0n) })
      assert.deepEqual(await answeredLines(answer), lines)
    })
  })
})
