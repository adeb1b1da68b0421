import assert from 'node:assert/strict'
import { createMerklePool, type MerklePool } from '../../lib/merkle/index.js'
import type { RevisionAccess } from '../../lib/replica/index.js'
import { withLeader, type Script } from '../support/fake-leader.js'
import { answerRevisions, DOCUMENTS, RANGES, TREE } from '../support/fake-revisions.js'
import {
  listRevisions,
  range,
  readLines,
  sampleDocuments,
  sampleRevision,
} from '../support/seek-contract.js'

const SAMPLE = sampleDocuments(10)
const ALL = [...SAMPLE.keys()]
const WHOLE = [range(sampleRevision(0), sampleRevision(9))]
const TEXTS = [...SAMPLE.values()]

/** Opens the sample on a leader whose answers to a command are replaced, once `seek` has asked. */
async function withAnswers(
  command: string,
  alter: (text: string, index: number) => string | undefined,
  use: (access: RevisionAccess, asked: () => number) => Promise<void>,
): Promise<void> {
  let asked = 0
  let isOpen = false
  const intercept = answerRevisions({
    documents: SAMPLE,
    rangeMin: 0n,
    alter({ name }, text) {
      if (!isOpen || name !== command) return undefined
      asked += 1
      return alter(text, asked - 1)
    },
  })
  await withLeader({ intercept }, async ({ source }) => {
    const snapshot = await source.openSnapshot()
    const [first] = (await snapshot.inventory()).collections
    assert.ok(first !== undefined)
    const access = await snapshot.seek?.(first.definition)
    assert.ok(access !== undefined)
    isOpen = true
    await use(access, () => asked)
    await snapshot.close()
  })
}

const wrong = (message: RegExp): object => ({ code: 'ERR_REMOTE_ANSWER', errorNum: 1401, message })

describe('Documents of a misbehaving server', () => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['an empty answer', '[]', /documents of collection "c" at .*not an array of at least one/],
    ['an object', '{}', /not an array/],
    ['text that is not JSON', '[{"_key":', /not JSON/],
    ['text after the array', `[${TEXTS.join(',')}]]`, /not JSON/],
    ['numbers', '[1]', /"\[0\]" is not an object/],
    ['null', '[null]', /"\[0\]" is not an object/],
    ['an object without a key', '[{"a":1}]', /"\[0\]" is not a document/],
    ['an entry of a dump', `[{"type":2300,"data":${TEXTS[0] ?? ''}}]`, /"\[0\]" is not a document/],
    [
      'no revision',
      '[{"_key":"k0"}]',
      /"\[0\]" is not the document of revision _\S+ that was asked/,
    ],
    ['another revision', `[${TEXTS[1] ?? ''}]`, /"\[0\]" is not the document of revision/],
    ['another order', `[${TEXTS.toReversed().join(',')}]`, /"\[0\]" is not the document/],
    ['more than was asked for', `[${[...TEXTS, '{}'].join(',')}]`, /"\[10\]" is not one of/],
  ]
  for (const [title, text, message] of rows) {
    it(`refuses ${title}`, async () => {
      await withAnswers(
        DOCUMENTS,
        () => text,
        async (access, asked) => {
          await assert.rejects(readLines(access, ALL), wrong(message))
          assert.equal(asked(), 1)
        },
      )
    })
  }

  it('are asked for again as long as each answer brings one', async () => {
    await withAnswers(
      DOCUMENTS,
      (_text, index) => `[${TEXTS[index] ?? ''}]`,
      async (access, asked) => {
        assert.equal(await readLines(access, ALL), TEXTS.map((text) => `${text}\n`).join(''))
        assert.equal(asked(), ALL.length)
      },
    )
  })

  it('are lines even if the server has laid them out', async () => {
    const laidOut = `[\r\n  ${TEXTS.map((text) => text.replace(',', ',\n ')).join(' ,\n  ')}\n]\n`
    await withAnswers(
      DOCUMENTS,
      () => laidOut,
      async (access) => {
        const lines = (await readLines(access, ALL)).split('\n').slice(0, -1)
        assert.deepEqual(
          lines.map((line) => line.replaceAll(' ', '')),
          TEXTS,
        )
      },
    )
  })

  it('are refused as broken VelocyPack', async () => {
    const intercept: Script['intercept'] = ({ name }, response) => {
      if (name !== DOCUMENTS) return false
      response.writeHead(200, { 'content-type': 'application/x-velocypack' }).end('\x13\x04\x31')
      return true
    }
    await withLeader({ intercept }, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const access = await snapshot.seek?.(first.definition)
      assert.ok(access !== undefined)
      await assert.rejects(readLines(access, ALL), wrong(/no readable VelocyPack/))
    })
  })
})

describe('Documents of ArangoDB in VelocyPack', () => {
  /** Names are numbers, and an id is the number of the collection alone (custom type 0xf3). */
  function documentBytes(rev: string): Buffer {
    const key = [0x31, 0x42, ...Buffer.from('k0')]
    const revision = [0x32, 0x40 + rev.length, ...Buffer.from(rev)]
    const id = [0x33, 0xf3, 7, 0, 0, 0, 0, 0, 0, 0]
    const items = [...key, ...revision, ...id]
    const object = [0x14, items.length + 3, ...items, 3]
    return Buffer.from([0x02, object.length + 2, ...object])
  }

  it('have ids with the name of the collection', async () => {
    const [first = 0n] = ALL
    const rev = /"_rev":"([^"]+)"/.exec(TEXTS[0] ?? '')?.[1] ?? ''
    const intercept: Script['intercept'] = ({ name }, response) => {
      if (name !== DOCUMENTS) return false
      response.writeHead(200, { 'content-type': 'application/x-velocypack' })
      response.end(documentBytes(rev))
      return true
    }
    await withLeader({ intercept }, async ({ source }) => {
      const snapshot = await source.openSnapshot()
      const [collection] = (await snapshot.inventory()).collections
      assert.ok(collection !== undefined)
      const access = await snapshot.seek?.(collection.definition)
      assert.ok(access !== undefined)
      const expected = `{"_key":"k0","_rev":"${rev}","_id":"c/k0"}\n`
      assert.equal(await readLines(access, [first]), expected)
    })
  })
})

describe('Ranges of a misbehaving server', () => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['text that is not JSON', '{"ranges":', /not JSON/],
    ['an array', '[]', /not an object/],
    ['no ranges', '{}', /"ranges" is not an array/],
    ['ranges of another type', '{"ranges":[{}]}', /"ranges\[0\]" is not an array/],
    ['numbers for revisions', '{"ranges":[[1]]}', /"ranges\[0\]\[0\]" is not a revision/],
    ['texts that are none', '{"ranges":[["Ł"]]}', /"ranges\[0\]\[0\]" is not a revision/],
    ['texts that are too long', '{"ranges":[["aaaaaaaaaaaaaaaaaaaaaaaa"]]}', /is not a revision/],
    ['a revision outside', '{"ranges":[["_aaaaaaaaaa"]]}', /revisions of collection "c" at/],
    ['a number to go on from', '{"ranges":[[]],"resume":5}', /"resume" is not a revision/],
    ['a position outside', '{"ranges":[[]],"resume":"_zzzzzzzzzz"}', /it is _zzzzzzzzzz/],
    ['a position before', '{"ranges":[[]],"resume":"_aaaaaaaaaa"}', /it is _aaaaaaaaaa/],
  ]
  for (const [title, text, message] of rows) {
    it(`refuses ${title}`, async () => {
      await withAnswers(
        RANGES,
        () => text,
        async (access, asked) => {
          await assert.rejects(listRevisions(access, WHOLE), wrong(message))
          assert.equal(asked(), 1)
        },
      )
    })
  }

  it('refuses a position that does not move on in the second answer', async () => {
    const [first = ''] = TEXTS.map((text) => /"_rev":"([^"]+)"/.exec(text)?.[1])
    const resume = /"_rev":"([^"]+)"/.exec(TEXTS[5] ?? '')?.[1] ?? ''
    await withAnswers(
      RANGES,
      (_text, index) => JSON.stringify({ ranges: [index === 0 ? [first] : []], resume }),
      async (access, asked) => {
        await assert.rejects(listRevisions(access, WHOLE), wrong(/"resume" is not behind/))
        assert.equal(asked(), 2)
      },
    )
  })
})

describe('The tree of a misbehaving server', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  async function withTree(alter: (text: string) => string, message: RegExp): Promise<void> {
    for (const isVelocyPack of [true, false]) {
      const intercept = answerRevisions({
        documents: SAMPLE,
        rangeMin: 0n,
        isVelocyPack,
        alter: ({ name }, text) => (name === TREE ? alter(text) : undefined),
      })
      await withLeader({ intercept }, async ({ source }) => {
        const snapshot = await source.openSnapshot()
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        await assert.rejects(snapshot.tree(first.definition, { pool }), wrong(message))
      })
    }
  }

  it('is refused when it is something else', async () => {
    const message = /revision tree of collection "c" at .*: the answer is not a revision tree/
    await withTree(() => '[]', message)
    await withTree(() => '{"version":1}', message)
    await withTree((text) => text.replace('"count":10', '"count":11'), message)
  })
})

describe('The tree of a server', () => {
  let pool: MerklePool
  before(() => {
    pool = createMerklePool({ workers: 0 })
  })
  after(() => pool.close())

  it('is read from VelocyPack and from JSON, and built anew for another start', async () => {
    for (const isVelocyPack of [true, false]) {
      const intercept = answerRevisions({ documents: SAMPLE, rangeMin: 2n ** 59n, isVelocyPack })
      await withLeader({ intercept }, async ({ source, names, calls }) => {
        const snapshot = await source.openSnapshot()
        const [first] = (await snapshot.inventory()).collections
        assert.ok(first !== undefined)
        const { definition } = first
        const told: number[] = []
        const tree = await snapshot.tree(definition, {
          pool,
          onProgress: ({ revisions }) => told.push(revisions),
        })
        assert.deepEqual([tree.initialRangeMin, tree.count, told], [2n ** 59n, 10, [10]])
        assert.equal(names().at(-1), TREE)
        const { query } = calls.at(-1) ?? {}
        assert.equal(query?.['onlyPopulated'], 'true')
        assert.equal(query['to'], '1000')
        for (const initialRangeMin of [2n ** 60n, 0n]) {
          const other = await snapshot.tree(definition, { pool, initialRangeMin })
          assert.equal(other.initialRangeMin, initialRangeMin)
          assert.deepEqual(other.summary, tree.summary)
          assert.equal(names().at(-1), RANGES)
        }
        const access = await snapshot.seek?.(definition)
        assert.ok(access !== undefined)
        assert.ok(!names().includes(DOCUMENTS))
      })
    }
  })

  it('is read again when its answer is cut off', async () => {
    const answer = answerRevisions({ documents: SAMPLE, rangeMin: 0n })
    let cuts = 0
    const intercept: Script['intercept'] = (call, response) => {
      if (call.name !== TREE || cuts === 2) return answer(call, response)
      cuts += 1
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999999' })
      response.write('{"version":1,', () => response.destroy())
      return true
    }
    await withLeader({ intercept }, async ({ source, notices }) => {
      const snapshot = await source.openSnapshot()
      const [first] = (await snapshot.inventory()).collections
      assert.ok(first !== undefined)
      const tree = await snapshot.tree(first.definition, { pool })
      assert.equal(tree.count, 10)
      assert.deepEqual(
        notices.map(({ kind }) => kind),
        ['retry', 'retry'],
      )
    })
  })
})
