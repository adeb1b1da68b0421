import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { readLineRevision } from '../../../lib/merkle/kernel/revision-scanner.js'
import { parseRevision } from '../../../lib/values/index.js'
import { parseDumpLine } from '../../../lib/wire/index.js'
import { describeKernels } from '../../support/kernels.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'

/** Written by ArangoDB 3.0: its revisions are decimals, which are read the slow way. */
const OLD_DUMP = 'debian-deps-partial'
const BYTES_A_FILE = 256 * 1024

/** Whole lines from the beginning of a data file. */
function readBeginning(path: string): Buffer {
  const file = readFileSync(path)
  const bytes = path.endsWith('.gz') ? gunzipSync(file) : file
  const part = bytes.subarray(0, BYTES_A_FILE)
  return part.subarray(0, part.lastIndexOf(0x0a) + 1)
}

describeWithShared('Kernels on real dumps', () => {
  const root = fileURLToPath(sharedUrl('datasets/'))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.data\.json(\.gz)?$/.test(name))
    .map((name) => `${root}${name}`)

  describeKernels('TreeWorkspace.scanLines()', (kernel) => {
    it('reads every line of new dumps by itself, and gives those of old ones away', () => {
      const workspace = kernel.createWorkspace(2)
      let lineCount = 0
      for (const path of paths) {
        const bytes = readBeginning(path)
        const lines = bytes.toString().split('\n').slice(0, -1)
        workspace.input.set(bytes)
        let result = workspace.scanLines(0, bytes.length, 0)
        while (result.stop === 'line') {
          assert.ok(path.includes(OLD_DUMP), path)
          const { offset, lineEnd, filled } = result
          const revision = readLineRevision(workspace.input, offset, lineEnd)
          assert.ok(typeof revision === 'bigint')
          workspace.revisions[filled] = revision
          result = workspace.scanLines(lineEnd + 1, bytes.length, filled + 1)
        }
        const expected = lines.map((line) =>
          parseRevision(parseDumpLine(Buffer.from(line)).revisionText ?? ''),
        )
        assert.deepEqual([...workspace.revisions.subarray(0, result.filled)], expected)
        lineCount += lines.length
      }
      assert.ok(lineCount > 10_000)
    })
  })
})
