import assert from 'node:assert/strict'
import { countdown } from '../support/countdown.js'
import { collectionOf, sendError, withLeader, type Script } from '../support/fake-leader.js'
import { withFakeAccess } from '../support/fake-access.js'
import { DOCUMENTS, RANGES } from '../support/fake-revisions.js'
import {
  describeSeek,
  listRevisions,
  range,
  readLines,
  sampleDocuments,
  sampleRevision,
} from '../support/seek-contract.js'

const ALL = [...sampleDocuments(100).keys()]
const FIRST = sampleRevision(0)
const LAST = sampleRevision(99)
const WHOLE = [range(FIRST, LAST)]

for (const isVelocyPack of [true, false]) {
  describeSeek(
    `Snapshot.seek of a server that answers ${isVelocyPack ? 'VelocyPack' : 'JSON'}`,
    (documents, use) => withFakeAccess({ documents, isVelocyPack }, ({ access }) => use(access)),
  )
  describeSeek(
    `Snapshot.seek of a server with short ${isVelocyPack ? 'VelocyPack' : 'JSON'} answers`,
    (documents, use) =>
      withFakeAccess(
        { documents, isVelocyPack, revisionsMax: 2500, documentsMax: 1700 },
        ({ access }) => use(access),
      ),
  )
}

type Opened = Parameters<Parameters<typeof withFakeAccess>[1]>[0]

describe('Snapshot.seek of a server', () => {
  it('is undefined where collections are not synced by revision, without asking twice', async () => {
    await withLeader({}, async ({ source, names }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      assert.equal(await snapshot.seek?.(first.definition), undefined)
      assert.equal(await snapshot.seek?.(first.definition), undefined)
      assert.equal(names().filter((name) => name === DOCUMENTS).length, 1)
    })
  })

  it('asks neither servers before 3.8 nor for collections that say so themselves', async () => {
    const inventory = { collections: [collectionOf('c', { syncByRevision: false })] }
    for (const script of [{ version: '3.7.18' }, { inventory }]) {
      await withLeader(script, async ({ source, names }) => {
        const snapshot = await source.openSnapshot()
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        assert.equal(await snapshot.seek?.(first.definition), undefined)
        assert.ok(!names().includes(DOCUMENTS))
      })
    }
  })

  it('fails when the server does not know the collection', async () => {
    const intercept: Script['intercept'] = ({ name }, response) => {
      return name === DOCUMENTS && sendError(response, 404, 1203)
    }
    const opened = withFakeAccess({}, async () => Promise.resolve(), { intercept })
    await assert.rejects(opened, { code: 'ERR_REMOTE_STATUS', errorNum: 1203 })
  })

  it('sends one body, goes on where it is told, and asks for VelocyPack', async () => {
    await withFakeAccess({ revisionsMax: 40 }, async ({ access, leader: { calls } }) => {
      assert.deepEqual(await listRevisions(access, WHOLE), ALL)
      assert.equal(calls.length, 3)
      assert.equal(new Set(calls.map(({ body }) => body)).size, 1)
      const resumes = calls.map(({ query }) => query['resumeHLC'])
      assert.equal(new Set(resumes).size, 3)
      for (const { query, headers } of calls) {
        assert.equal(query['encodeAsHLC'], 'true')
        assert.equal(query['resume'], query['resumeHLC'])
        assert.equal(query['batchId'], '77')
        assert.equal(headers.accept, 'application/x-velocypack')
      }
    })
  })

  it('asks for documents in VelocyPack too, but in JSON where the leader is tidemark', async () => {
    for (const isTidemark of [false, true]) {
      const use = async ({ access, leader: { calls } }: Opened): Promise<void> => {
        assert.equal((await readLines(access, ALL)).split('\n').length, 101)
        assert.deepEqual(await listRevisions(access, WHOLE), ALL)
        const asked = calls.map(({ name, headers }) => [name, headers.accept])
        assert.deepEqual(asked, [
          [DOCUMENTS, isTidemark ? 'application/json' : 'application/x-velocypack'],
          [RANGES, 'application/x-velocypack'],
        ])
      }
      await withFakeAccess({}, use, { isTidemark })
    }
  })

  it('splits more ranges than a request may have', async () => {
    const ranges = Array.from({ length: 65_537 }, (_, index) => {
      const at = FIRST + 10n * BigInt(index)
      return range(at, at + 1n)
    })
    const alter = ({ name, body }: { name: string; body: string }): string | undefined => {
      if (name !== RANGES) return undefined
      return JSON.stringify({ ranges: (JSON.parse(body) as object[]).map(() => []) })
    }
    await withFakeAccess({ documents: new Map(), alter }, async ({ access, leader: { calls } }) => {
      assert.deepEqual(await listRevisions(access, ranges), [])
      const lengths = calls.map(({ body }) => (JSON.parse(body) as object[]).length)
      assert.deepEqual(lengths, [65_536, 1])
    })
  })

  it('asks for at most 5,000 documents at a time, four requests ahead', async () => {
    const documents = sampleDocuments(21_000)
    const four = countdown(4)
    let underWay = 0
    let most = 0
    const intercept: Script['intercept'] = async ({ name, body }, response) => {
      if (name !== DOCUMENTS || !body.includes(',')) return false
      underWay += 1
      most = Math.max(most, underWay)
      four.count()
      await four.reached
      response.once('finish', () => (underWay -= 1))
      return false
    }
    await withFakeAccess(
      { documents },
      async ({ access, leader: { calls } }) => {
        await readLines(access, [...documents.keys()])
        const lengths = calls.map(({ body }) => (JSON.parse(body) as string[]).length)
        assert.deepEqual(lengths.toSorted(), [1000, 5000, 5000, 5000, 5000])
        assert.equal(most, 4)
      },
      { intercept },
    )
  })

  it('asks leaders before 3.9.1 one request after the other', async () => {
    const documents = sampleDocuments(11_000)
    let underWay = 0
    const intercept: Script['intercept'] = ({ name }, response) => {
      if (name !== DOCUMENTS) return false
      underWay += 1
      assert.equal(underWay, 1)
      response.once('close', () => (underWay -= 1))
      return false
    }
    const script = { intercept, version: '3.9.0' }
    await withFakeAccess(
      { documents },
      async ({ access }) => {
        assert.equal((await readLines(access, [...documents.keys()])).length > 0, true)
      },
      script,
    )
  })

  it('tells the bytes of all bodies', async () => {
    let bytes = 0
    const onTransfer = (more: number): void => {
      bytes += more
    }
    await withFakeAccess({}, async ({ access, leader: { calls } }) => {
      await listRevisions(access, WHOLE, { onTransfer })
      const listed = bytes
      assert.equal(listed, 31 + ALL.length * 14 - 1 + '{"ranges":[[]]}'.length)
      const text = await readLines(access, ALL, { onTransfer })
      const [, asked] = calls
      assert.equal(bytes - listed, (asked?.body.length ?? 0) + Buffer.byteLength(text) + 1)
    })
  })

  it('passes the size of answers on that fits what may be held', async () => {
    await withFakeAccess({}, async ({ access, leader: { calls } }) => {
      await readLines(access, ALL, { maxInFlightBytes: 80_000 })
      assert.equal(calls[0]?.query['chunkSize'], '10000')
    })
  })

  it('repeats every request whose connection breaks', async () => {
    for (const command of [RANGES, DOCUMENTS]) {
      let cuts = 0
      const intercept: Script['intercept'] = ({ name, body }, response) => {
        if (name !== command || !body.includes(',') || cuts === 2) return false
        cuts += 1
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999999' })
        response.write('[', () => response.destroy())
        return true
      }
      await withFakeAccess(
        {},
        async ({ access, leader }) => {
          assert.deepEqual(await listRevisions(access, WHOLE), ALL)
          assert.equal((await readLines(access, ALL)).split('\n').length, 101)
          assert.equal(cuts, 2)
          assert.ok(leader.notices.some(({ kind }) => kind === 'retry'))
        },
        { intercept },
      )
    }
  })

  it('reads decimal revisions of old leaders, and texts of newer ones as they are', async () => {
    const small = 123_456n
    const alter = ({ name }: { name: string }): string | undefined =>
      name === RANGES ? `{"ranges":[["${small}"]]}` : undefined
    await withFakeAccess(
      { alter },
      async ({ access }) => {
        assert.deepEqual(await listRevisions(access, [range(1n, 2n ** 40n)]), [small])
      },
      { version: '3.8.7' },
    )
    await withFakeAccess(
      { alter },
      async ({ access }) => {
        const found = await listRevisions(access, [range(1n, 2n ** 63n)])
        assert.ok(found.length === 1 && found[0] !== small)
      },
      { version: '3.8.8' },
    )
  })

  it('refuses once the snapshot is closed', async () => {
    await withFakeAccess({}, async ({ access, snapshot, definition }) => {
      await snapshot.close()
      await assert.rejects(listRevisions(access, WHOLE), TypeError)
      await assert.rejects(readLines(access, ALL), TypeError)
      await assert.rejects(async () => snapshot.seek?.(definition), TypeError)
    })
  })
})
