import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { FilePiece } from '../../../lib/merkle/build/build-task.js'
import { planFiles } from '../../../lib/merkle/build/plan-files.js'

const MIB = 1024 * 1024

function rangesOf(
  pieces: readonly FilePiece[],
  path: string,
): readonly (readonly [number, number])[] {
  return pieces
    .flatMap((piece) =>
      piece.kind === 'range' && piece.path === path ? [[piece.start, piece.end] as const] : [],
    )
    .toSorted(([a], [b]) => a - b)
}

function bytesOf(pieces: readonly FilePiece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + (piece.kind === 'range' ? piece.end - piece.start : piece.fileBytes),
    0,
  )
}

describe('planFiles()', () => {
  it('covers every byte of every file once', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 500 * MIB }), { maxLength: 5 })
    const workers = fc.integer({ min: 0, max: 16 })
    const rangeBytes = fc.option(fc.integer({ min: 1 * MIB, max: 600 * MIB }), { nil: undefined })
    fc.assert(
      fc.property(sizes, workers, rangeBytes, (fileSizes, count, bytes) => {
        const files = fileSizes.map((fileBytes, index) => ({ path: `${index}`, fileBytes }))
        const pieces = planFiles(files, { workers: count, rangeBytes: bytes }).flat()
        for (const { path, fileBytes } of files) {
          let end = 0
          for (const range of rangesOf(pieces, path)) {
            assert.equal(range[0], end)
            assert.ok(range[1] > range[0])
            end = range[1]
          }
          assert.equal(end, fileBytes)
        }
      }),
    )
  })

  it('cuts a file into about four ranges a worker, none too small and none too large', () => {
    const countFor = (fileBytes: number, workers: number): number =>
      planFiles([{ path: 'a', fileBytes }], { workers }).flat().length
    assert.equal(countFor(1024 * MIB, 2), 16)
    assert.equal(countFor(256 * MIB, 2), 8)
    assert.equal(countFor(16 * MIB, 2), 2)
    assert.equal(countFor(8 * MIB, 16), 1)
    assert.equal(countFor(100, 2), 1)
    assert.equal(countFor(0, 2), 0)
    assert.equal(countFor(64 * MIB, 0), 4)
  })

  it('leaves a gzipped file whole', () => {
    const [task = []] = planFiles([{ path: 'a.json.gz', fileBytes: 900 * MIB }], { workers: 4 })
    assert.deepEqual(task, [{ kind: 'gzip', path: 'a.json.gz', fileBytes: 900 * MIB }])
  })

  it('puts what takes longest first', () => {
    const files = [
      { path: 'small', fileBytes: 9 * MIB },
      { path: 'packed.gz', fileBytes: 2 * MIB },
      { path: 'large', fileBytes: 30 * MIB },
    ]
    const tasks = planFiles(files, { workers: 1, rangeBytes: 100 * MIB })
    assert.deepEqual(
      tasks.map((pieces) => pieces.map(({ path }) => path)),
      [['packed.gz'], ['large'], ['small']],
    )
  })

  it('makes few tasks of many small files', () => {
    const files = Array.from({ length: 1000 }, (_, index) => ({
      path: `${index}`,
      fileBytes: 100_000,
    }))
    const tasks = planFiles(files, { workers: 2 })
    assert.ok(tasks.length <= 12, `${tasks.length} tasks`)
    assert.equal(bytesOf(tasks.flat()), 100_000_000)
    assert.equal(new Set(tasks.flat().map(({ path }) => path)).size, 1000)
  })

  it('makes no task of nothing', () => {
    assert.deepEqual(planFiles([], { workers: 2 }), [])
  })
})
