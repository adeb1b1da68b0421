import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  formatMarkerLine,
  MARKER_TYPE,
  parseMarkerLine,
  parseReplicationHeaders,
  type Marker,
} from '../../lib/wire/index.js'
import { compactLines, recordedAnswers } from '../support/recorded-answers.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'

function parse(line: string): Marker {
  return parseMarkerLine(Buffer.from(line))
}

/** Where older clients look for a transaction's id; the servers that were recorded have it later. */
function withTransactionFirst(line: string): string {
  return line.replace(/("database":"\d+"),("tid":"\d+")/, '$2,$1')
}

describeWithShared('parseMarkerLine() of recorded answers', () => {
  const TAILS = recordedAnswers(/RestWalAccessTailing/)
  const FOLLOWED = recordedAnswers(/RestReplicationLoggerFollow/)

  it('finds all recordings', () => {
    assert.equal(TAILS.length, 12)
    assert.equal(FOLLOWED.length, 9)
  })

  for (const { file, status, headers, lines } of TAILS) {
    it(`reads and writes back the bytes of ${file}`, () => {
      const written = lines.map((line) => formatMarkerLine(parse(line)))
      assert.equal(Buffer.concat(written).toString(), lines.map((line) => `${line}\n`).join(''))
      // What the server says of its length proves that these are its bytes.
      assert.equal(Number(headers['content-length']), Buffer.concat(written).length)
      assert.equal(status, lines.length === 0 ? 204 : 200)
    })
  }

  for (const { file, headers, lines } of FOLLOWED) {
    it(`reads and writes back the lines of ${file}`, () => {
      const markers = lines.map(parse)
      assert.ok(markers.every(({ form, databaseId }) => form === 'logger' && databaseId === '1'))
      const written = markers.map((marker) => formatMarkerLine(marker).toString())
      assert.deepEqual(
        written,
        lines.map((line) => `${withTransactionFirst(line)}\n`),
      )
      assert.equal(parseReplicationHeaders(headers).active, true)
    })
  }

  it('gives the last marker the tick that the headers say', () => {
    for (const { headers, lines } of TAILS) {
      const last = lines.at(-1)
      const { lastIncluded } = parseReplicationHeaders(headers)
      assert.equal(last === undefined ? 0n : parse(last).tick, lastIncluded)
    }
  })

  it('reads the examples of every type', () => {
    const text = readFileSync(sharedUrl('fixtures/docs-3.12-wal-marker-examples.txt'), 'utf8')
    const lines = compactLines(text.replaceAll('----', ''))
    const markers = lines.map(parse)
    const { edge, ...current } = MARKER_TYPE
    assert.deepEqual(
      new Set(markers.map(({ type }) => type)),
      new Set(Object.values<number>(current)),
    )
    assert.ok(!lines.some((line) => line.includes(`:${edge}`)))
    for (const [index, marker] of markers.entries()) {
      const written: unknown = JSON.parse(formatMarkerLine(marker).toString())
      assert.deepEqual(written, JSON.parse(lines[index] ?? ''))
    }
  })
})
