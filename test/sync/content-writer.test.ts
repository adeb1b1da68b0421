import assert from 'node:assert/strict'
import { NOTHING_WRITTEN, type TriedWrite, type WriteResult } from '../../lib/replica/index.js'
import type { EntryChunk } from '../../lib/streams/index.js'
import type { ContentDifference } from '../../lib/sync/compare-contents.js'
import { ContentWriter } from '../../lib/sync/content-writer.js'
import { chunkOf } from '../support/chunk.js'

interface UniqueDocument {
  readonly _key: string
  readonly n: number
}

/** A collection with a unique index of `n`. */
class UniqueCollection {
  readonly numbers: Map<string, number>
  readonly calls: string[] = []

  constructor(numbers: Record<string, number>) {
    this.numbers = new Map(Object.entries(numbers))
  }

  readonly tryWrite = (chunk: EntryChunk): Promise<TriedWrite> => {
    const refused: string[] = []
    let documents = 0
    for (const document of chunk.documents()) {
      const { _key, n } = document as unknown as UniqueDocument
      const other = [...this.numbers].find(([, taken]) => taken === n)?.[0] ?? _key
      if (other !== _key) refused.push(JSON.stringify(document))
      else {
        this.numbers.set(_key, n)
        documents += 1
      }
    }
    this.calls.push(`write ${chunk.lineCount}`)
    const result = { ...NOTHING_WRITTEN, documents }
    return Promise.resolve({ result, refused: refused.length > 0 ? chunkOf(refused) : undefined })
  }

  readonly write = async (chunk: EntryChunk): Promise<WriteResult> => {
    const { result, refused } = await this.tryWrite(chunk)
    assert.equal(refused, undefined, 'nothing stands in the way any more')
    return result
  }

  readonly removeKeys = (keys: readonly string[]): Promise<number> => {
    this.calls.push(`remove ${keys.length}`)
    return Promise.resolve(keys.filter((key) => this.numbers.delete(key)).length)
  }
}

function difference(kind: ContentDifference['kind'], key: string, n = 0): ContentDifference {
  return { kind, key, bytes: Buffer.from(JSON.stringify({ _key: key, n })) }
}

/** Lets a writer move differences, and gives what it moved in all. */
async function move(
  into: UniqueCollection,
  differences: readonly ContentDifference[],
  batchBytes = 1_000_000,
): Promise<Pick<WriteResult, 'documents' | 'removals'>> {
  const moved: WriteResult[] = []
  const { write } = into
  const writer = new ContentWriter({ into, write, batchBytes, onMoved: (one) => moved.push(one) })
  try {
    for (const one of differences) await writer.add(one)
    await writer.finish()
  } finally {
    await writer.close()
  }
  const { documents, removals } = writer.totals
  assert.equal(
    moved.reduce((sum, one) => sum + one.documents, 0),
    documents,
  )
  assert.equal(
    moved.reduce((sum, one) => sum + one.removals, 0),
    removals,
  )
  return { documents, removals }
}

describe('ContentWriter', () => {
  it('writes and removes in batches', async () => {
    const into = new UniqueCollection({ a: 1, b: 2, c: 3 })
    const moved = await move(into, [
      difference('changed', 'a', 10),
      difference('surplus', 'b'),
      difference('surplus', 'c'),
      difference('missing', 'd', 4),
      difference('missing', 'e', 5),
    ])
    assert.deepEqual(into.calls, ['write 1', 'remove 2', 'write 2'])
    assert.deepEqual(moved, { documents: 3, removals: 2 })
    assert.deepEqual(Object.fromEntries(into.numbers), { a: 10, d: 4, e: 5 })
  })

  it('writes as soon as enough is gathered', async () => {
    const into = new UniqueCollection({})
    const all = [1, 2, 3, 4, 5].map((n) => difference('missing', `k${n}`, n))
    await move(into, all, 30)
    assert.deepEqual(into.calls, ['write 2', 'write 2', 'write 1'])
  })

  it('does nothing where there is nothing to do', async () => {
    const into = new UniqueCollection({ a: 1 })
    assert.deepEqual(await move(into, []), { documents: 0, removals: 0 })
    assert.deepEqual(into.calls, [])
  })

  it('writes what was refused once what stood in its way is gone', async () => {
    const into = new UniqueCollection({ a: 1, b: 2 })
    const moved = await move(into, [difference('changed', 'a', 2), difference('surplus', 'b')])
    assert.deepEqual(Object.fromEntries(into.numbers), { a: 2 })
    assert.deepEqual(moved, { documents: 1, removals: 2 })
  })

  it('writes all others before it tells of two that stand in the way of each other', async () => {
    const count = 50
    const before = Array.from({ length: count }, (_, n) => [`k${n}`, n])
    const into = new UniqueCollection(Object.fromEntries(before) as Record<string, number>)
    // All change places, but for k0 and k1, which both want the place of k2.
    const turned = Array.from({ length: count }, (_, n) => {
      return difference('changed', `k${n}`, n === 0 ? 2 : (n + 1) % count)
    })
    await assert.rejects(move(into, turned, 200), /nothing stands in the way any more/)
    assert.equal(into.numbers.size, count - 1)
    const [left] = ['k0', 'k1'].filter((key) => into.numbers.has(key))
    assert.equal(into.numbers.get(left ?? ''), 2)
    for (let n = 2; n < count; n += 1) assert.equal(into.numbers.get(`k${n}`), (n + 1) % count)
  })

  it('lets documents change places that stand in the way of each other', async () => {
    const count = 50
    const before = Array.from({ length: count }, (_, n) => [`k${n}`, n])
    const into = new UniqueCollection(Object.fromEntries(before) as Record<string, number>)
    const turned = Array.from({ length: count }, (_, n) => {
      return difference('changed', `k${n}`, (n + 1) % count)
    })
    const { documents } = await move(into, turned, 200)
    assert.equal(documents, count)
    for (let n = 0; n < count; n += 1) assert.equal(into.numbers.get(`k${n}`), (n + 1) % count)
  })
})
