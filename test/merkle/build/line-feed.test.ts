import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LINE_BYTES_MAX } from '../../../lib/core/index.js'
import { BadLine } from '../../../lib/merkle/build/bad-line.js'
import { BuildCounters } from '../../../lib/merkle/build/build-counters.js'
import { LineFeed } from '../../../lib/merkle/build/line-feed.js'
import { getKernel, WORKSPACE_INPUT_BYTES, WORKSPACE_REVISIONS } from '../../../lib/merkle/index.js'
import { encodeRevision, revision } from '../../../lib/values/index.js'
import { cutAt } from '../../support/streams.js'
import { ascendingRevisions, contentOf, linesOf } from './support/sample-lines.js'

const workspace = getKernel().createWorkspace(2)

/** What became of bytes that were fed in pieces. */
interface Fed {
  readonly revisions: readonly bigint[]
  readonly removals: number
}

function feed(pieces: readonly Buffer[], position = 0): Fed {
  workspace.progress.fill(0n)
  const counters = new BuildCounters(workspace.progress)
  const lines = new LineFeed(workspace, counters)
  const revisions: bigint[] = []
  const takeOut = (): void => {
    revisions.push(...workspace.revisions.subarray(0, lines.filled))
    lines.filled = 0
  }
  lines.begin(position)
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.length;) {
      assert.ok(lines.space.length > 0, 'there is always room for more')
      const bytes = piece.copy(lines.space, 0, offset)
      offset += bytes
      lines.take(bytes)
      while (lines.scan()) takeOut()
    }
  }
  while (lines.finish()) takeOut()
  takeOut()
  return { revisions, removals: counters.read().removals }
}

function badLineOf(pieces: readonly Buffer[], position = 0): BadLine {
  try {
    feed(pieces, position)
  } catch (error) {
    if (error instanceof BadLine) return error
    throw error
  }
  return assert.fail('every line was taken')
}

function longLine(value: bigint, bytes: number): string {
  const head = `{"_key":"1","_rev":"${encodeRevision(revision(value))}","fill":"`
  return `${head}${'x'.repeat(bytes - head.length - 2)}"}`
}

describe('LineFeed', () => {
  const revisions = ascendingRevisions(20)
  const body = contentOf(linesOf(revisions))

  it('takes nothing from nothing', () => {
    assert.deepEqual(feed([]), { revisions: [], removals: 0 })
    assert.deepEqual(feed([Buffer.from('\n\n \r\n')]), { revisions: [], removals: 0 })
  })

  it('reads the same revisions however the bytes are cut', () => {
    const offsets = fc.uniqueArray(fc.integer({ min: 1, max: body.length - 1 }))
    fc.assert(
      fc.property(offsets, (cuts) => {
        assert.deepEqual(feed(cutAt(body, cuts)).revisions, revisions)
      }),
    )
    const bytes = Array.from(body, (_, index) => body.subarray(index, index + 1))
    assert.deepEqual(feed(bytes).revisions, revisions)
  })

  it('reads a last line without a newline', () => {
    assert.deepEqual(feed([body.subarray(0, -1)]).revisions, revisions)
  })

  it('counts removals and passes over them', () => {
    const removal = '{"type":2302,"key":"1"}\n'
    const fed = feed([Buffer.from(removal), body, Buffer.from(removal.trimEnd())])
    assert.deepEqual(fed, { revisions, removals: 2 })
  })

  it('stops whenever the workspace is full', () => {
    const many = ascendingRevisions(2 * WORKSPACE_REVISIONS + 5)
    const lines = many.map((value) => `{"_key":"1","_rev":"${encodeRevision(revision(value))}"}`)
    assert.deepEqual(feed([contentOf(lines)]).revisions, many)
    const exactly = contentOf(lines.slice(0, WORKSPACE_REVISIONS))
    assert.equal(feed([exactly]).revisions.length, WORKSPACE_REVISIONS)
    assert.equal(feed([exactly.subarray(0, -1)]).revisions.length, WORKSPACE_REVISIONS)
  })

  it('reads lines that are longer than the workspace has room for', () => {
    const sizes = [-1, 0, 1, 2 * WORKSPACE_INPUT_BYTES].map((more) => WORKSPACE_INPUT_BYTES + more)
    const lines = sizes.flatMap((bytes, index) => [longLine(BigInt(index + 1), bytes), ''])
    const long = Buffer.from(lines.join('\n'))
    const expected = sizes.map((_, index) => BigInt(index + 1))
    for (const piece of [long.length, 300_000, WORKSPACE_INPUT_BYTES]) {
      const cuts = Array.from(
        { length: Math.ceil(long.length / piece) - 1 },
        (_, i) => (i + 1) * piece,
      )
      assert.deepEqual(feed(cutAt(long, cuts)).revisions, expected)
    }
    assert.deepEqual(feed([long.subarray(0, -1)]).revisions, expected)
  })

  it('refuses a line that is too long without holding all of it', () => {
    const piece = Buffer.alloc(WORKSPACE_INPUT_BYTES, 'x')
    const pieces = Array.from({ length: LINE_BYTES_MAX / piece.length }, () => piece)
    const error = badLineOf([body, ...pieces, Buffer.from('x'), piece])
    assert.equal(error.isTooLong, true)
    assert.equal(error.byteOffset, body.length)
    assert.equal(badLineOf([...pieces, Buffer.from('x\n')]).isTooLong, true)
    assert.equal(badLineOf([...pieces, Buffer.from('\n')]).isTooLong, false)
  })

  it('tells where a bad line begins and what is wrong with it', () => {
    const error = badLineOf([body, Buffer.from('{"_key":"1",}\n')], 1000)
    assert.equal(error.byteOffset, 1000 + body.length)
    assert.match(error.reason, /^expected an attribute name \(byte 12 of the line\)$/)
  })

  it('tells where a bad line begins whose pieces were put aside', () => {
    const bad = longLine(1n, 2 * WORKSPACE_INPUT_BYTES).replace('"}', '"')
    assert.equal(badLineOf([body, Buffer.from(`${bad}\n`)], 7).byteOffset, 7 + body.length)
    assert.equal(badLineOf([body, Buffer.from(bad)], 7).byteOffset, 7 + body.length)
  })

  it('refuses a document without a revision that a tree can hold', () => {
    const [first = '', second = ''] = linesOf([3n, 4n])
    const texts = [
      '',
      '-',
      encodeRevision(revision(2n ** 63n)),
      'N9999999999',
      '????',
      'x'.repeat(12),
    ]
    for (const rev of texts) {
      const line = `{"_key":"1","_rev":"${rev}"}`
      const error = badLineOf([contentOf([first, line, second])])
      assert.equal(error.byteOffset, first.length + 1, rev)
      assert.match(error.reason, /no usable "_rev"/)
    }
    assert.match(badLineOf([Buffer.from('{"_key":"1"}')]).reason, /no usable "_rev"/)
  })
})
