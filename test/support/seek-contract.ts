import assert from 'node:assert/strict'
import type { RevisionAccess, SeekOptions } from '../../lib/replica/index.js'
import {
  encodeRevision,
  revision,
  REVISION_LOWER_BOUND,
  type RevisionRange,
} from '../../lib/values/index.js'
import { collectAll } from './streams.js'

/** Opens the only collection of a replica that has the documents, and closes it afterwards. */
export type WithAccess = (
  documents: ReadonlyMap<bigint, string>,
  use: (access: RevisionAccess) => Promise<void>,
) => Promise<void>

const COUNT = 12_000
/** Revisions of the sample are 3 apart. */
const STEP = 3n

/** The revision of a document of the sample. */
export function sampleRevision(index: number): bigint {
  return REVISION_LOWER_BOUND + 2n ** 40n + STEP * BigInt(index)
}

/** Documents by ascending revision; some have integers that no number holds. */
export function sampleDocuments(count: number = COUNT): Map<bigint, string> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const value = sampleRevision(index)
      const rev = encodeRevision(revision(value))
      const text = `{"_key":"k${index}","_id":"c/k${index}","_rev":"${rev}","n":${2n ** 63n + BigInt(index)},"t":"é\\n"}`
      return [value, text]
    }),
  )
}

/** A range between two revisions, both included. */
export function range(from: bigint, through: bigint): RevisionRange {
  return { from: revision(from), through: revision(through) }
}

/** All revisions inside ranges. */
export async function listRevisions(
  access: RevisionAccess,
  ranges: readonly RevisionRange[],
  options?: SeekOptions,
): Promise<bigint[]> {
  const blocks = await collectAll(access.revisions(ranges, options))
  for (const { length } of blocks) assert.ok(length > 0 && length <= 65_536)
  return blocks.flatMap((block) => [...block])
}

/** The text of all lines. */
export async function readLines(
  access: RevisionAccess,
  revisions: readonly bigint[],
  options?: SeekOptions,
): Promise<string> {
  const dumped = await collectAll(access.documents([BigUint64Array.from(revisions)], options))
  let line = 1
  for (const { chunk, readBytes } of dumped) {
    assert.equal(chunk.firstLineNumber, line)
    assert.equal(readBytes, chunk.buffer.length)
    assert.equal([...chunk.entries()].length, chunk.lineCount)
    line += chunk.lineCount
  }
  return dumped.map(({ chunk }) => chunk.buffer.toString()).join('')
}

/** What every replica does that can be looked into by revision. */
export function describeSeek(title: string, withAccess: WithAccess): void {
  describe(title, () => {
    const documents = sampleDocuments()
    const all = [...documents.keys()]
    const first = all[0] as bigint
    const last = all.at(-1) as bigint

    it('lists the revisions of a range, and of none', async () => {
      await withAccess(documents, async (access) => {
        assert.deepEqual(await listRevisions(access, [range(first, last)]), all)
        assert.deepEqual(await listRevisions(access, []), [])
        assert.deepEqual(await listRevisions(access, [range(last + 1n, 2n ** 63n)]), [])
        assert.deepEqual(await listRevisions(access, [range(0n, 2n ** 64n - 1n)]), all)
      })
    })

    it('lists ranges of one revision, ranges that touch, and ranges without any', async () => {
      const ranges = [
        range(first, first),
        range(first + 1n, first + 2n),
        range(first + STEP, first + STEP),
        range(first + STEP + 1n, first + 3n * STEP),
        range(first + 4n * STEP - 1n, first + 4n * STEP - 1n),
        range(first + 5n * STEP, first + 5n * STEP),
        range(last - 1n, last - 1n),
        range(last, last),
      ]
      const expected = all.filter((one) =>
        ranges.some(({ from, through }) => one >= from && one <= through),
      )
      await withAccess(documents, async (access) => {
        assert.deepEqual(await listRevisions(access, ranges), expected)
      })
    })

    it('gives documents in the order asked for, byte by byte, without those that are gone', async () => {
      const some = all.filter((_, index) => index % 2 === 0)
      const expected = some.map((one) => `${documents.get(one) ?? ''}\n`).join('')
      await withAccess(documents, async (access) => {
        const wanted = some.flatMap((one) => [one, one + 1n])
        assert.equal(await readLines(access, wanted), expected)
        assert.equal(await readLines(access, [first + 1n]), '')
        assert.equal(await readLines(access, []), '')
      })
    })

    it('takes revisions from a source that is read as they are needed', async () => {
      async function* blocks(): AsyncGenerator<BigUint64Array> {
        for (const one of all.slice(0, 700)) yield await Promise.resolve(BigUint64Array.of(one))
      }
      await withAccess(documents, async (access) => {
        const dumped = await collectAll(access.documents(blocks(), { maxInFlightBytes: 9000 }))
        const lines = dumped.flatMap(({ chunk }) => [...chunk.entries()].map(({ key }) => key))
        assert.deepEqual(
          lines,
          Array.from({ length: 700 }, (_, index) => `k${index}`),
        )
      })
    })

    it('closes the source of revisions when nobody wants more documents', async () => {
      let isClosed = false
      function* blocks(): Generator<BigUint64Array> {
        try {
          for (;;) yield BigUint64Array.from(all)
        } finally {
          isClosed = true
        }
      }
      await withAccess(documents, async (access) => {
        for await (const { chunk } of access.documents(blocks())) {
          assert.ok(chunk.lineCount > 0)
          break
        }
        assert.ok(isClosed)
      })
    })

    it('ends when the signal is aborted', async () => {
      const signal = AbortSignal.abort(new Error('enough'))
      await withAccess(documents, async (access) => {
        const message = { message: 'enough' }
        await assert.rejects(listRevisions(access, [range(first, last)], { signal }), message)
        await assert.rejects(readLines(access, all, { signal }), message)
      })
    })
  })
}
