import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { BuildAnswer, FilePiece, Work } from '../../../lib/merkle/build/build-task.js'
import { BuildCounters } from '../../../lib/merkle/build/build-counters.js'
import { runBuildTask } from '../../../lib/merkle/build/run-task.js'
import { emptyState } from '../../../lib/merkle/build/tree-slot.js'
import { createTreeShape, getKernel } from '../../../lib/merkle/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { ascendingRevisions, contentOf, FIRST_REVISION, linesOf } from './support/sample-lines.js'
import { treeOf } from './support/trees.js'

const workspace = getKernel().createWorkspace(2)
const counters = new BuildCounters(workspace.progress)
const state = emptyState(createTreeShape({ depth: 2, rangeMin: FIRST_REVISION }))
const revisions = ascendingRevisions(50)
const content = contentOf(linesOf(revisions))

function run(work: Work, pause = (): Promise<void> => Promise.resolve()): Promise<BuildAnswer> {
  workspace.leaves.fill(0)
  workspace.progress.fill(0n)
  return runBuildTask({ workspace, state, work }, pause)
}

function countOf(answer: BuildAnswer): number {
  assert.ok(answer.kind === 'done')
  return answer.state.count
}

describe('runBuildTask()', () => {
  const { at } = useTemporaryDirectory()

  function rangeOf(start: number, end: number, fileBytes = content.length): Work {
    return { kind: 'files', pieces: [{ kind: 'range', path: at('a.json'), fileBytes, start, end }] }
  }

  it('adds what the workspace is filled with, and no more', async () => {
    workspace.revisions.set(revisions)
    const answer = await run({ kind: 'filled', count: 20 })
    assert.ok(answer.kind === 'done')
    const { count, hash } = treeOf(revisions.slice(0, 20))
    assert.deepEqual([answer.state.count, answer.state.hash], [count, hash])
    assert.equal(countOf(await run({ kind: 'filled', count: 0 })), 0)
  })

  it('adds an array block by block, with a pause after each', async () => {
    let pauses = 0
    const array = new BigUint64Array(200_000).fill(FIRST_REVISION)
    const answer = await run({ kind: 'array', revisions: array }, () => {
      pauses += 1
      return Promise.resolve()
    })
    assert.equal(countOf(answer), 200_000)
    assert.equal(pauses, 4)
  })

  it('adds the lines that begin in a range', async () => {
    await writeFile(at('a.json'), content)
    const firstEnd = content.indexOf('\n') + 1
    const secondEnd = content.indexOf('\n', firstEnd) + 1
    const counts: [number, number, number][] = [
      [0, 1, 1],
      [0, firstEnd, 1],
      [0, firstEnd + 1, 2],
      [1, firstEnd, 0],
      [1, firstEnd + 1, 1],
      [firstEnd, secondEnd, 1],
      [firstEnd - 1, firstEnd, 0],
      [0, content.length, 50],
      [content.length - 1, content.length, 0],
    ]
    for (const [start, end, count] of counts) {
      assert.equal(countOf(await run(rangeOf(start, end))), count, `${start} to ${end}`)
      assert.equal(counters.read().bytes, end - start)
    }
  })

  it('adds the pieces of several files', async () => {
    await writeFile(at('a.json'), content)
    await writeFile(at('b.json.gz'), gzipSync(content))
    const { size } = { size: gzipSync(content).length }
    const range: FilePiece = {
      kind: 'range',
      path: at('a.json'),
      fileBytes: content.length,
      start: 0,
      end: content.length,
    }
    const pieces: FilePiece[] = [range, { kind: 'gzip', path: at('b.json.gz'), fileBytes: size }]
    assert.equal(countOf(await run({ kind: 'files', pieces })), 100)
    assert.deepEqual(counters.read(), {
      revisions: 100,
      bytes: content.length + size,
      removals: 0,
    })
  })

  it('stops at a pause when it is told to', async () => {
    await writeFile(at('a.json'), content)
    await writeFile(at('b.json.gz'), gzipSync(content))
    const gzip: FilePiece = { kind: 'gzip', path: at('b.json.gz'), fileBytes: 1 }
    const works: Work[] = [
      rangeOf(0, content.length),
      rangeOf(1, content.length),
      { kind: 'files', pieces: [gzip] },
      { kind: 'array', revisions: new BigUint64Array(200_000).fill(FIRST_REVISION) },
    ]
    for (const work of works) {
      let pauses = 0
      const answer = await run(work, () => {
        pauses += 1
        counters.stop()
        return Promise.resolve()
      })
      assert.deepEqual(answer, { kind: 'stopped' }, work.kind)
      assert.equal(pauses, 1)
    }
  })

  it('stops also while it looks for the number of a bad line', async () => {
    const long = Buffer.concat([...Array.from({ length: 300 }, () => content), Buffer.from('{')])
    await writeFile(at('a.json'), long)
    const runTo = async (pausesMax: number): Promise<readonly [BuildAnswer, number]> => {
      let pauses = 0
      const answer = await run(rangeOf(0, long.length, long.length), () => {
        pauses += 1
        if (pauses === pausesMax) counters.stop()
        return Promise.resolve()
      })
      return [answer, pauses]
    }
    const [badLine, pauses] = await runTo(Infinity)
    assert.ok(badLine.kind === 'bad-line')
    assert.equal(badLine.place.lineNumber, 300 * 50 + 1)
    // The lines are counted last.
    assert.deepEqual(await runTo(pauses), [{ kind: 'stopped' }, pauses])
  })

  it('finds that a file is longer or shorter than it was', async () => {
    const sizes: [number, RegExp][] = [
      [content.length + 1, /^its size changed from \d+ to \d+ bytes while it was read$/],
      [content.length - 1, /^its size changed from \d+ to \d+ bytes while it was read$/],
    ]
    await writeFile(at('a.json'), content)
    await writeFile(at('b.json.gz'), gzipSync(content))
    for (const [fileBytes, reason] of sizes) {
      const gzip: FilePiece = { kind: 'gzip', path: at('b.json.gz'), fileBytes }
      const pieces: Work[] = [
        rangeOf(0, fileBytes, fileBytes),
        rangeOf(fileBytes - 1, fileBytes, fileBytes),
        { kind: 'files', pieces: [gzip] },
      ]
      for (const work of pieces) {
        const answer = await run(work)
        assert.ok(answer.kind === 'bad-file')
        assert.match(answer.reason, reason)
      }
    }
  })

  it('finds that a file was cut inside a line', async () => {
    const cut = content.subarray(0, -9)
    await writeFile(at('a.json'), cut)
    const answer = await run(rangeOf(0, content.length))
    const reason = `its size changed from ${content.length} to ${cut.length} bytes while it was read`
    assert.deepEqual(answer, { kind: 'bad-file', path: at('a.json'), reason })
    // As long as it was, it has a bad line.
    assert.equal((await run(rangeOf(0, cut.length, cut.length))).kind, 'bad-line')
  })

  it('finds that a file has become empty before its range', async () => {
    await writeFile(at('a.json'), content)
    await truncate(at('a.json'), 0)
    const answer = await run(rangeOf(100, content.length))
    assert.ok(answer.kind === 'bad-file')
    assert.match(answer.reason, / to 0 bytes /)
  })

  it('lets mistakes through that are not of the input', async () => {
    const mistake = new TypeError('a mistake')
    await writeFile(at('a.json'), content)
    const failing = run(rangeOf(0, 10), () => Promise.reject(mistake))
    await assert.rejects(failing, mistake)
  })
})
