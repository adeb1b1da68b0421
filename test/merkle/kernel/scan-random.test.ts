import assert from 'node:assert/strict'
import { KERNELS } from '../../support/kernels.js'
import { createDumpLineGenerator } from '../../support/dump-line-generator.js'
import { DumpLineScanner, JsonSyntaxError } from '../../../lib/wire/index.js'
import { readRevisionLanes, joinLanes } from '../../../lib/values/index.js'
import type { ScanResult, TreeWorkspace } from '../../../lib/merkle/index.js'

/*
 * Both kernels and the strict scanner read the same lines, a million of them. Bytes of good and bad
 * lines are changed at random, so that every comparison in a scanner is at some time nearly true.
 */

const LINES = 1_000_000
const BLOCK_BYTES = 256 * 1024
/** How often a block is changed and read again: changing bytes is cheaper than making lines. */
const MUTATIONS = 4
const BYTES_A_CHANGE = 400
const NEWLINE = 0x0a

/** Everything that a scan answered, as numbers, and where each line begins that it did not read. */
interface Scan {
  readonly answers: readonly number[]
  readonly refused: ReadonlySet<number>
  readonly filled: number
}

const STOPS: readonly ScanResult['stop'][] = ['end', 'full', 'line']

function scanBlock(workspace: TreeWorkspace, start: number, end: number): Scan {
  const answers: number[] = []
  const refused = new Set<number>()
  let offset = start
  let filled = 0
  for (;;) {
    const result = workspace.scanLines(offset, end, filled)
    answers.push(STOPS.indexOf(result.stop), result.offset, result.lineEnd, result.filled)
    filled = result.filled
    if (result.stop !== 'line') return { answers, refused, filled }
    refused.add(result.offset)
    offset = result.lineEnd + 1
  }
}

function assertSameScans(workspaces: readonly TreeWorkspace[], start: number, end: number): Scan {
  const [ofReference, ofWasm] = workspaces.map((workspace) => scanBlock(workspace, start, end))
  assert.ok(ofReference !== undefined && ofWasm !== undefined)
  const { filled } = ofReference
  // Comparing as text is much faster than deepEqual and says as much.
  assert.equal(ofWasm.answers.join(), ofReference.answers.join())
  const [a, b] = workspaces.map(({ revisions }) =>
    Buffer.from(revisions.buffer, revisions.byteOffset, filled * 8),
  )
  assert.ok(a !== undefined && b !== undefined && a.equals(b))
  return ofReference
}

/** What the strict scanner said of the lines that a kernel read. */
interface Tally {
  lines: number
  read: number
  /** Read, but not a line: what follows the head is no JSON, or no entry. */
  trusted: number
  /** Read as an envelope, but a `_key` of the top level comes after `data`. */
  disguised: number
}

function checkAgainstScanner(
  { input, revisions }: TreeWorkspace,
  scan: Scan,
  start: number,
  tally: Tally,
): void {
  const scanner = new DumpLineScanner()
  const lanes = { high: 0, low: 0 }
  const end = scan.answers.at(-3) ?? start
  let index = 0
  let next = start
  for (let line = start; line < end; line = next) {
    const newline = input.indexOf(NEWLINE, line)
    next = newline + 1
    tally.lines += 1
    if (scan.refused.has(line)) continue
    const revision = revisions[index]
    index += 1
    tally.read += 1
    try {
      scanner.scan(input, line, newline)
    } catch (error) {
      assert.ok(error instanceof JsonSyntaxError)
      tally.trusted += 1
      continue
    }
    if (input.toString('latin1', line + 1, line + 3) !== '"_' && scanner.form === 'bare') {
      tally.disguised += 1
      continue
    }
    readRevisionLanes(input, scanner.revisionStart, scanner.revisionEnd, lanes)
    const text = (): string => input.toString('utf8', line, newline)
    assert.ok(!scanner.isRemoval && joinLanes(lanes) === revision, text())
  }
  assert.equal(index, scan.filled)
}

describe('TreeWorkspace.scanLines()', function () {
  this.timeout(120_000)

  it('reads a million lines as the strict scanner does, and alike in both kernels', () => {
    const generator = createDumpLineGenerator(20_251_121)
    const workspaces = KERNELS.map((kernel) => kernel.createWorkspace(2))
    const [reference, wasm] = workspaces
    assert.ok(reference !== undefined && wasm !== undefined)
    const tally: Tally = { lines: 0, read: 0, trusted: 0, disguised: 0 }
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    try {
      for (let block = 0; tally.lines < LINES; block += 1) {
        // Not always at the same place, so that nothing depends on how lines are aligned.
        const start = block % 97
        const end = start + reference.input.write(generator.lines(BLOCK_BYTES), start)
        for (let round = 0; round <= MUTATIONS; round += 1) {
          const bytes = reference.input.subarray(start, end)
          if (round > 0) generator.mutate(bytes, bytes.length / BYTES_A_CHANGE)
          wasm.input.set(bytes, start)
          const cut = end - ((block + round) % 64)
          const scan = assertSameScans(workspaces, start, cut)
          checkAgainstScanner(wasm, scan, start, tally)
        }
      }
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
    // Each kind of line has to be there in numbers, or little would be proved.
    assert.ok(tally.read > 0.35 * tally.lines, JSON.stringify(tally))
    assert.ok(tally.read < 0.8 * tally.lines, JSON.stringify(tally))
    assert.ok(tally.trusted > 1000 && tally.disguised > 100, JSON.stringify(tally))
    assert.ok(tally.trusted + tally.disguised < 0.2 * tally.read, JSON.stringify(tally))
  })
})
