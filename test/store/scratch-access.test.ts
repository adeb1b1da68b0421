import assert from 'node:assert/strict'
import { openDirectory } from '../../lib/directory/index.js'
import type { RevisionAccess } from '../../lib/replica/index.js'
import { createScratchAccess, openScratch } from '../../lib/store/index.js'
import { encodeRevision, revision, type RevisionRange } from '../../lib/values/index.js'
import { structureOf, withFiles } from '../support/dump-directory.js'
import {
  describeSeek,
  listRevisions,
  range,
  readLines,
  sampleDocuments,
  sampleRevision,
} from '../support/seek-contract.js'

const EVERYTHING = [range(0n, 2n ** 64n - 1n)]

type Form = 'bare' | 'enveloped' | 'documented'

function lineOf(form: Form, text: string): string {
  if (form === 'bare') return text
  const key = /"_key":"([^"]*)"/.exec(text)?.[1] ?? ''
  const data = `"data":${text}`
  return form === 'enveloped'
    ? `{"type":2300,${data}}`
    : `{"tick":"12","type":2300,"key":"${key}","rev":"1",${data}}`
}

/** Serves lines as the dump of a collection in a directory. */
async function withLines(
  lines: readonly string[],
  use: (
    access: RevisionAccess,
    again: (ranges: RevisionRange[]) => Promise<RevisionAccess>,
  ) => Promise<void>,
  ranges: readonly RevisionRange[] = EVERYTHING,
  signal?: AbortSignal,
): Promise<void> {
  const files = {
    'c.structure.json': structureOf('c'),
    'c.data.json': lines.map((line) => `${line}\n`).join(''),
  }
  await withFiles(files, async (path) => {
    const source = await openDirectory(path)
    const snapshot = await source.openSnapshot()
    const scratch = await openScratch()
    try {
      const found = (await snapshot.inventory()).collections[0]
      assert.ok(found !== undefined)
      assert.equal(found.hasReplacedRevisions, false)
      const open = (wanted: readonly RevisionRange[]): Promise<RevisionAccess> =>
        createScratchAccess(snapshot, found.definition, wanted, scratch, { signal })
      await use(await open(ranges), open)
    } finally {
      await scratch.close()
      await source.close()
    }
  })
}

for (const form of ['bare', 'enveloped', 'documented'] as const) {
  describeSeek(`createScratchAccess() of a directory of ${form} lines`, (documents, use) =>
    withLines(
      [...documents.values()].map((text) => lineOf(form, text)),
      use,
    ),
  )
}

describe('createScratchAccess()', () => {
  const documents = sampleDocuments(2000)
  const lines = [...documents.values()]
  const all = [...documents.keys()]

  it('finds documents in whatever order the dump has them', async () => {
    await withLines(lines.toReversed(), async (access) => {
      assert.deepEqual(await listRevisions(access, EVERYTHING), all)
      assert.equal(await readLines(access, all), lines.map((line) => `${line}\n`).join(''))
    })
  })

  it('keeps only what lies inside the ranges', async () => {
    const ranges = [
      range(sampleRevision(3), sampleRevision(3)),
      range(sampleRevision(10) + 1n, sampleRevision(20) - 1n),
      range(sampleRevision(1990), sampleRevision(5000)),
    ]
    const expected = all.filter((one) =>
      ranges.some(({ from, through }) => one >= from && one <= through),
    )
    assert.equal(expected.length, 1 + 9 + 10)
    await withLines(
      lines,
      async (access) => {
        assert.deepEqual(await listRevisions(access, EVERYTHING), expected)
        assert.deepEqual(await listRevisions(access, ranges), expected)
        const text = expected.map((one) => `${documents.get(one) ?? ''}\n`).join('')
        assert.equal(await readLines(access, all), text)
      },
      ranges,
    )
  })

  it('keeps nothing without ranges, and keeps accesses of one index apart', async () => {
    await withLines(lines, async (access, again) => {
      const none = await again([])
      assert.deepEqual(await listRevisions(none, EVERYTHING), [])
      const one = await again([range(sampleRevision(7), sampleRevision(7))])
      assert.deepEqual(await listRevisions(one, EVERYTHING), [sampleRevision(7)])
      assert.deepEqual(await listRevisions(access, EVERYTHING), all)
    })
  })

  it('gives the bytes of the documents, whatever numbers are in them', async () => {
    const rev = encodeRevision(revision(sampleRevision(1)))
    const odd = `{ "a":1.0, "b":1e999,"c":1E2,"_key":"\\u00e9", "_rev" : "${rev}" }`
    const escaped = `\\u005f${encodeRevision(revision(sampleRevision(2))).slice(1)}`
    const other = `{"_key":"x","_rev":"${escaped}"}`
    for (const form of ['bare', 'enveloped', 'documented'] as const) {
      const written = ['', lineOf(form, odd), '  ', lineOf(form, other)]
      await withLines(written, async (access) => {
        const expected = [sampleRevision(1), sampleRevision(2)]
        assert.deepEqual(await listRevisions(access, EVERYTHING), expected)
        assert.equal(await readLines(access, expected), `${odd}\n${other}\n`)
      })
    }
  })

  it('gives full blocks of revisions', async () => {
    const many = sampleDocuments(70_000)
    await withLines([...many.values()], async (access) => {
      const lengths: number[] = []
      for await (const block of access.revisions(EVERYTHING)) lengths.push(block.length)
      assert.deepEqual(lengths, [65_536, 4464])
    })
  })

  const removal = '{"type":2302,"data":{"_key":"k1","_rev":"_abc"}}'
  const refused: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    [
      'removals',
      [...lines, removal],
      'ERR_DUMP_HAS_REMOVALS',
      /line 2001 of .*load it into a store/,
    ],
    [
      'a revision of two documents',
      [...lines, (lines[5] ?? '').replace('"k5"', '"other"')],
      'ERR_DUMP_REPEATS_REVISION',
      /: 1 documents have the revision of another one; load it into a store/,
    ],
    ['a document without a revision', ['{"_key":"a"}'], 'ERR_DUMP_LINE', /no usable "_rev"/],
    ['revision 0', ['{"_key":"a","_rev":"---"}'], 'ERR_DUMP_LINE', /no usable "_rev"/],
    ['a line that is no entry', [...lines, '{"a":'], 'ERR_DUMP_LINE', /line 2001/],
  ]
  for (const [what, given, code, message] of refused) {
    it(`refuses ${what}`, async () => {
      const opening = withLines(given, () => assert.fail('it was opened'))
      await assert.rejects(opening, { code, message })
    })
  }

  it('ends the reading of the dump when the signal is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    const opening = withLines(lines, () => assert.fail('it was opened'), EVERYTHING, signal)
    await assert.rejects(opening, { message: 'enough' })
  })
})
