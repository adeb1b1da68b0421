import assert from 'node:assert/strict'
import { decodeRevision, encodeRevision, revision } from '../../../lib/values/index.js'
import { assertError, type AskOptions, type Reply } from '../support/ask.js'
import {
  askRevisions,
  openBatch,
  toVelocyPack,
  velocyPackValue,
  WANTS_VELOCYPACK,
} from '../support/replication.js'
import {
  fillCollection,
  revisionOf,
  startTestLeader,
  type TestLeader,
} from '../support/test-leader.js'

const COUNT = 70_000
const LIMIT = 65_536

interface Answered {
  readonly ranges: readonly (readonly string[])[]
  readonly resume?: string
  readonly resumeHLC?: string
}

describe('PUT revisions/ranges', () => {
  let leader: TestLeader
  let original: TestLeader
  let url: string
  let batchId: string

  before(async function () {
    this.timeout(120_000)
    leader = await startTestLeader()
    original = await startTestLeader({ compat: 'arangodb' })
    ;({ url } = leader)
    await fillCollection(leader.store, 'many', COUNT)
    await fillCollection(leader.store, 'few', 10)
    await fillCollection(original.store, 'few', 10)
    batchId = await openBatch(url)
  })

  after(async () => {
    await leader.close()
    await original.close()
  })

  /** The text of a revision that lies `offset` from that of the document with the index. */
  function at(index: number, offset = 0, pad = true): string {
    return encodeRevision(revision(revisionOf(index) + BigInt(offset)), { pad })
  }

  function textsOf(first: number, end: number, pad = true): string[] {
    return Array.from({ length: end - first }, (_, index) => at(first + index, 0, pad))
  }

  function ask(
    ranges: unknown,
    parameters: Record<string, string> = {},
    options: AskOptions = {},
  ): Promise<Reply> {
    const all = { collection: 'few', batchId, ...parameters }
    return askRevisions(url, 'ranges', all, {
      method: 'PUT',
      body: JSON.stringify(ranges),
      ...options,
    })
  }

  async function found(ranges: unknown, parameters?: Record<string, string>): Promise<Answered> {
    const { status, body } = await ask(ranges, parameters)
    assert.equal(status, 200, body.toString())
    return JSON.parse(body.toString()) as Answered
  }

  it('gives the revisions inside each range, both ends included', async () => {
    const ranges = [
      [at(0), at(2)],
      [at(2, 1), at(3, -1)],
      [at(3), at(3, 1)],
      [at(4, 1), at(6)],
      [at(9, 1), at(20)],
    ]
    assert.deepEqual(await found(ranges), {
      ranges: [textsOf(0, 3), [], textsOf(3, 4), textsOf(5, 7), []],
    })
  })

  it('gives no ranges for none', async () => {
    assert.deepEqual(await found([]), { ranges: [] })
  })

  it('gives the one revision of a range of one, which the original refuses', async () => {
    const ranges = [
      [at(1), at(1)],
      [at(1, 1), at(1, 1)],
    ]
    assert.deepEqual(await found(ranges), { ranges: [textsOf(1, 2), []] })
    const parameters = { collection: 'few', batchId: await openBatch(original.url) }
    const options = { method: 'PUT', body: JSON.stringify(ranges) }
    assertError(await askRevisions(original.url, 'ranges', parameters, options), 400, 400)
  })

  it('reads ranges that are not padded', async () => {
    assert.deepEqual(await found([['', at(0, 0, false)]]), { ranges: [textsOf(0, 1)] })
  })

  it('pads revisions, unless a client of today asks', async () => {
    const range = [[at(0), at(1)]]
    const small = encodeRevision(revision(5n))
    assert.deepEqual((await found(range)).ranges, [textsOf(0, 2)])
    for (const encodeAsHLC of ['true', 'false']) {
      assert.deepEqual((await found(range, { encodeAsHLC })).ranges, [textsOf(0, 2, false)])
    }
    assert.deepEqual((await found(range, { resumeHLC: small })).ranges, [textsOf(0, 2, false)])
  })

  it('goes on where it is told to, and leaves out the ranges before', async () => {
    const ranges = [
      [at(0), at(1)],
      [at(3), at(5)],
      [at(7), at(9)],
    ]
    const rest = async (resume: string): Promise<unknown> =>
      (await found(ranges, { resume })).ranges
    assert.deepEqual(await rest(at(0)), [textsOf(0, 2), textsOf(3, 6), textsOf(7, 10)])
    assert.deepEqual(await rest(at(1)), [textsOf(1, 2), textsOf(3, 6), textsOf(7, 10)])
    assert.deepEqual(await rest(at(2)), [textsOf(3, 6), textsOf(7, 10)])
    assert.deepEqual(await rest(at(5)), [textsOf(5, 6), textsOf(7, 10)])
    assert.deepEqual(await rest(at(9)), [textsOf(9, 10)])
    assert.deepEqual(await rest(at(9, 1)), [])
  })

  it('takes resumeHLC before resume, and refuses one that is no revision', async () => {
    const ranges = [[at(0), at(9)]]
    const { ranges: rest } = await found(ranges, { resume: at(2), resumeHLC: at(8) })
    assert.deepEqual(rest, [textsOf(8, 10, false)])
    for (const resume of ['+', 'N9999999999', '-'.repeat(12)]) {
      assertError(await ask(ranges, { resume }), 400, 400)
    }
  })

  it('never reads a decimal resume', async () => {
    const decimal = revisionOf(5).toString().slice(0, 11)
    const { ranges } = await found([['', at(9)]], { resume: decimal })
    const from = decodeRevision(decimal)
    const expected = textsOf(0, 10).filter((text) => decodeRevision(text) >= from)
    assert.deepEqual(ranges.flat(), expected)
  })

  it('ends an answer after 65,536 revisions and says where to go on', async () => {
    const ranges = [[at(0), at(COUNT)]]
    const first = await found(ranges, { collection: 'many' })
    assert.equal(first.ranges[0]?.length, LIMIT)
    assert.equal(first.resume, at(LIMIT - 1, 1))
    assert.equal(first.resumeHLC, first.resume)
    const rest = await found(ranges, { collection: 'many', resume: first.resume })
    assert.deepEqual(rest, { ranges: [textsOf(LIMIT, COUNT)] })
  })

  it('goes on with the next range when one ends together with the answer', async () => {
    const ranges = [
      [at(0), at(LIMIT - 1)],
      [at(LIMIT, 5), at(LIMIT + 3)],
    ]
    const first = await found(ranges, { collection: 'many' })
    assert.equal(first.ranges.length, 1)
    assert.equal(first.resume, at(LIMIT, 5))
    const rest = await found(ranges, { collection: 'many', resume: first.resume })
    assert.deepEqual(rest, { ranges: [textsOf(LIMIT + 1, LIMIT + 4)] })
  })

  it('does not go on when the last range ends together with the answer', async () => {
    const { resume } = await found([[at(0), at(LIMIT - 1)]], { collection: 'many' })
    assert.equal(resume, undefined)
  })

  it('gets to the end of ranges that share their ends', async () => {
    const ranges = [
      [at(0), at(LIMIT - 1)],
      [at(LIMIT - 1), at(LIMIT)],
    ]
    const first = await found(ranges, { collection: 'many' })
    assert.equal(first.resume, at(LIMIT - 1))
    const rest = await found(ranges, { collection: 'many', resume: first.resume })
    assert.deepEqual(rest, {
      ranges: [textsOf(LIMIT - 1, LIMIT), textsOf(LIMIT - 1, LIMIT + 1)],
    })
  })

  it('answers others while it goes through very many ranges', async function () {
    this.timeout(120_000)
    const ranges = Array.from({ length: 60_000 }, (_, index) => [at(index, 1), at(index, 2)])
    const answered = ask(ranges, { collection: 'many' })
    const state = { isAnswered: false }
    void answered.then(() => (state.isAnswered = true))
    let others = 0
    while (!state.isAnswered) {
      await ask([])
      others += 1
    }
    const { ranges: empty } = JSON.parse((await answered).body.toString()) as Answered
    assert.equal(empty.length, ranges.length)
    assert.ok(empty.every(({ length }) => length === 0))
    assert.ok(others > 3, `${others} others were answered`)
  })

  it('reads and writes VelocyPack', async () => {
    const ranges = [
      [at(0), at(2)],
      [at(2, 1), at(3, -1)],
    ]
    const headers = { ...WANTS_VELOCYPACK, 'content-type': 'application/x-velocypack' }
    const reply = await ask(undefined, {}, { body: toVelocyPack(ranges), headers })
    assert.equal(reply.headers['content-type'], 'application/x-velocypack')
    assert.deepEqual(velocyPackValue(reply), { ranges: [textsOf(0, 3, false), []] })
  })
})
