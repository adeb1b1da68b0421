import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  DocumentMatcher,
  type DiffSide,
  type MatchedDocument,
  type UnmatchedDocument,
} from '../../../lib/sync/diff/document-matcher.js'
import type { SpillTable } from '../../../lib/sync/diff/waiting-documents.js'
import type { EntryChunk } from '../../../lib/streams/index.js'
import { chunkOf } from '../../support/chunk.js'
import { collectAll } from '../../support/streams.js'

/** A table in memory that counts, and that is full after every third document. */
class MemoryTable implements SpillTable {
  readonly #values = new Map<string, Buffer>()
  puts = 0
  gets = 0

  put(key: Buffer, value: Buffer): undefined | Promise<void> {
    this.#values.set(key.toString(), Buffer.from(value))
    this.puts += 1
    return this.puts % 3 === 0 ? Promise.resolve() : undefined
  }

  get(key: Buffer): Buffer | undefined {
    this.gets += 1
    return this.#values.get(key.toString())
  }

  delete(key: Buffer): Promise<void> {
    assert.ok(this.#values.delete(key.toString()))
    return Promise.resolve()
  }

  async *entries(): AsyncGenerator<{ key: Buffer; value: Buffer }> {
    for (const [key, value] of [...this.#values].sort()) {
      yield await Promise.resolve({ key: Buffer.from(key), value })
    }
  }
}

interface Opened {
  readonly matcher: DocumentMatcher
  readonly tables: Partial<Record<DiffSide, MemoryTable>>
}

function openMatcher(windowBytes: number): Opened {
  const tables: Partial<Record<DiffSide, MemoryTable>> = {}
  const openTable = (side: DiffSide): Promise<MemoryTable> => {
    assert.equal(tables[side], undefined)
    return Promise.resolve((tables[side] = new MemoryTable()))
  }
  return { matcher: new DocumentMatcher({ windowBytes, openTable }), tables }
}

function lineOf(side: DiffSide, key: string, fill = 0): string {
  return `{"_key":${JSON.stringify(key)},"side":"${side}","fill":"${'x'.repeat(fill)}"}`
}

/** Takes a chunk and reads what it matches. */
function matchAll(
  matcher: DocumentMatcher,
  side: DiffSide,
  chunk: EntryChunk,
): { readonly documents: number; readonly matches: readonly MatchedDocument[] } {
  const { documents, matches } = matcher.match(side, chunk)
  return { documents, matches: [...matches] }
}

function describeUnmatched(unmatched: readonly UnmatchedDocument[]): string[] {
  return unmatched.map(({ side, key, bytes }) => {
    assert.equal(bytes.toString(), lineOf(side, key))
    return `${side} ${key}`
  })
}

/** Feeds keys chunk by chunk and gives what matched and what did not. */
async function run(
  { matcher }: Opened,
  chunks: readonly (readonly [DiffSide, readonly string[]])[],
): Promise<{ matched: string[]; unmatched: string[] }> {
  const matched: string[] = []
  for (const [side, keys] of chunks) {
    const lines = keys.map((key) => lineOf(side, key))
    const { documents, matches } = matchAll(matcher, side, chunkOf(lines))
    assert.equal(documents, keys.length)
    for (const { key, a, b } of matches) {
      assert.equal(a.toString(), lineOf('a', key))
      assert.equal(b.toString(), lineOf('b', key))
      matched.push(key)
    }
    await matcher.settle()
  }
  return { matched, unmatched: describeUnmatched(await collectAll(matcher.unmatched())) }
}

describe('DocumentMatcher', () => {
  it('matches documents in the same order and touches no disk', async () => {
    const opened = openMatcher(0)
    const keys = ['k1', 'k2', 'k3']
    const outcome = await run(opened, [
      ['a', keys],
      ['b', keys],
    ])
    assert.deepEqual(outcome, { matched: keys, unmatched: [] })
    assert.deepEqual(opened.tables, {})
  })

  it('matches documents that come late from memory', async () => {
    const opened = openMatcher(10_000)
    const outcome = await run(opened, [
      ['a', ['k1', 'k2']],
      ['a', ['k3']],
      ['b', ['k4', 'k3']],
      ['b', ['k1']],
    ])
    assert.deepEqual(outcome, { matched: ['k3', 'k1'], unmatched: ['a k2', 'b k4'] })
    assert.deepEqual(opened.tables, {})
  })

  it('matches documents that come later still from disk', async () => {
    const opened = openMatcher(500)
    const early = Array.from({ length: 50 }, (_, index) => `k${index}`)
    const outcome = await run(opened, [
      ...early.map((key) => ['a', [key]] as const),
      ['a', ['last']],
      ...early.slice(10).map((key) => ['b', [key]] as const),
    ])
    assert.deepEqual(outcome.matched, early.slice(10))
    const left = [...early.slice(0, 10), 'last'].map((key) => `a ${key}`)
    assert.deepEqual(outcome.unmatched.sort(), left.sort())
    assert.ok((opened.tables.a?.puts ?? 0) > 45)
    assert.equal(opened.tables.b, undefined)
  })

  it('reads documents in every form, and keys with escapes', () => {
    const { matcher } = openMatcher(1000)
    const lines = [
      '{"type":2300,"data":{"_key":"k\\u0031","a":1}}',
      '',
      '{"tick":"5","type":2301,"key":"k2","rev":"1","data":{"_key":"k2"}}',
    ]
    assert.equal(matchAll(matcher, 'a', chunkOf(lines)).documents, 2)
    const { matches } = matchAll(matcher, 'b', chunkOf(['{"_key":"k1"} ', '{"_key":"k2"}']))
    assert.deepEqual(
      matches.map(({ key, a, b }) => [key, a.toString(), b.toString()]),
      [
        ['k1', '{"_key":"k\\u0031","a":1}', '{"_key":"k1"}'],
        ['k2', '{"_key":"k2"}', '{"_key":"k2"}'],
      ],
    )
  })

  it('refuses removals, and names where they are', () => {
    const { matcher } = openMatcher(1000)
    const chunk = chunkOf(['{"type":2302,"data":{"_key":"k1"}}'], 'c.data.json')
    assert.throws(() => matchAll(matcher, 'a', chunk), {
      code: 'ERR_DUMP_HAS_REMOVALS',
      message: /^Cannot compare .*c\.data\.json.*: .*load it into a store first$/,
    })
  })

  it('refuses lines that are no entries', () => {
    const { matcher } = openMatcher(1000)
    assert.throws(() => matchAll(matcher, 'a', chunkOf(['{"_key":"k1"}', '{"_key":'])), {
      code: 'ERR_DUMP_LINE',
    })
  })

  it('refuses keys that no table takes, but only when they have to go there', async () => {
    const { matcher } = openMatcher(3000)
    const longKey = 'k'.repeat(1979)
    matchAll(matcher, 'a', chunkOf([lineOf('a', longKey)]))
    matchAll(matcher, 'a', chunkOf([lineOf('a', 'k1')]))
    await assert.rejects(matcher.settle(), {
      code: 'ERR_DIFF_KEY_TOO_LONG',
      message: 'Cannot compare collections: a document has a key of 1979 bytes',
    })
  })

  it('lets the last of repeated keys count while they wait', async () => {
    const { matcher } = openMatcher(100_000)
    const line = (value: number): string => `{"_key":"k","v":${value}}`
    matchAll(matcher, 'a', chunkOf([line(1), line(2)]))
    matchAll(matcher, 'a', chunkOf([line(3)]))
    const { matches } = matchAll(matcher, 'b', chunkOf([line(4)]))
    assert.deepEqual(
      matches.map(({ a, b }) => [a.toString(), b.toString()]),
      [[line(3), line(4)]],
    )
    matchAll(matcher, 'a', chunkOf([line(5)]))
    const [late, ...rest] = await collectAll(matcher.unmatched())
    assert.equal(late?.bytes.toString(), line(5))
    assert.deepEqual(rest, [])
  })

  it('finds every pair whatever the order, the cuts and the memory are', async () => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 })
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(keys, keys, cuts, fc.nat(4000), async (ofA, ofB, sizes, windowBytes) => {
        const chunks: [DiffSide, string[]][] = []
        const rest = { a: [...ofA], b: [...ofB] }
        for (let turn = 0; rest.a.length + rest.b.length > 0; turn += 1) {
          const side = turn % 2 === 0 ? 'a' : 'b'
          const size = sizes[turn % sizes.length] as number
          if (rest[side].length > 0) chunks.push([side, rest[side].splice(0, size)])
        }
        const { matched, unmatched } = await run(openMatcher(windowBytes), chunks)
        const shared = ofA.filter((key) => ofB.includes(key))
        assert.deepEqual(matched.sort(), shared.sort())
        const alone = [
          ...ofA.filter((key) => !ofB.includes(key)).map((key) => `a ${key}`),
          ...ofB.filter((key) => !ofA.includes(key)).map((key) => `b ${key}`),
        ]
        assert.deepEqual(unmatched.sort(), alone.sort())
      }),
    )
  })

  it('keeps no more in memory than it may', async () => {
    const { matcher, tables } = openMatcher(20_000)
    for (let index = 0; index < 300; index += 1) {
      const side = index % 2 === 0 ? 'a' : 'b'
      matchAll(matcher, side, chunkOf([lineOf(side, `${side}${index}`, 1000)]))
      await matcher.settle()
    }
    const onDisk = (tables.a?.puts ?? 0) + (tables.b?.puts ?? 0)
    // 20,000 bytes hold 16 of them; the last one of each side is still in its chunk.
    assert.ok(onDisk >= 300 - 2 - 16, `${onDisk}`)
    assert.equal((await collectAll(matcher.unmatched())).length, 300)
  })

  it('takes documents from disk one by one, so that they need not all be in memory', async () => {
    const { matcher, tables } = openMatcher(0)
    const keys = ['k1', 'k2', 'k3']
    for (const key of keys) {
      matchAll(matcher, 'a', chunkOf([lineOf('a', key, 1000)]))
      await matcher.settle()
    }
    matchAll(matcher, 'a', chunkOf([lineOf('a', 'last')]))
    await matcher.settle()
    const { documents, matches } = matcher.match('b', chunkOf(keys.map((key) => lineOf('b', key))))
    assert.equal(documents, 3)
    const seen: string[] = []
    for (const { key, a } of matches) {
      seen.push(key)
      assert.equal(a.toString(), lineOf('a', key, 1000))
      assert.equal(tables.a?.gets, seen.length)
    }
    assert.deepEqual(seen, keys)
  })
})
