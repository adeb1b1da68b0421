import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { watchAnonymousMemory } from '../../support/anonymous-memory.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { contentOf, linesOf, scatteredRevisions } from './support/sample-lines.js'

const FILE_BYTES = 200 * 1024 * 1024
const FILL = 'x'.repeat(400)
/** Node alone takes about 30 MB, a thread 10 to 15 MB, and a workspace 6 MB. */
const ANONYMOUS_MEGABYTES_MAX = 150
const INDEX = new URL('../../../lib/merkle/index.js', import.meta.url).href
const CHUNKS = new URL('../../../lib/streams/index.js', import.meta.url).href

/** A program that builds a tree of the files of its arguments, and writes its count. */
const PROGRAM = `
  import { createReadStream } from 'node:fs'
  import { buildTree } from '${INDEX}'
  import { chunkLines } from '${CHUNKS}'
  const [, , kind, ...files] = process.argv
  async function* chunks() {
    for (const path of files) yield* chunkLines(createReadStream(path, { highWaterMark: 262144 }))
  }
  async function* arrays() {
    const array = new BigUint64Array(100_000).fill(2n ** 60n)
    for (let round = 0; round < 300; round += 1) yield array
  }
  const input = { files: { files }, chunks: chunks(), arrays: arrays() }[kind]
  const { count } = await buildTree(input, { workers: 2, initialRangeMin: 2n ** 60n })
  console.log(count)
`

describe('buildTree() with a heap of 64 MB', () => {
  const { at } = useTemporaryDirectory()
  const lines = linesOf(scatteredRevisions(20_000).map((value) => (value % 2n ** 40n) + 2n ** 60n))
  const block = contentOf(lines.map((line) => `${line.trimEnd()} `.padEnd(FILL.length)))
  const blocks = Math.ceil(FILE_BYTES / block.length)

  /** Peak of the anonymous memory in MB, and what the program wrote. */
  async function run(kind: string, files: readonly string[]): Promise<readonly [number, string]> {
    await writeFile(at('build.mjs'), PROGRAM)
    const heap = '--max-old-space-size=64'
    const child = spawn(process.execPath, [heap, at('build.mjs'), kind, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const watch = watchAnonymousMemory(child)
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    try {
      const [code] = (await once(child, 'close')) as [number]
      assert.equal(code, 0)
      return [watch.peakMegabytes, output.trim()]
    } finally {
      watch.stop()
    }
  }

  async function check(kind: string, files: readonly string[], count: number): Promise<void> {
    const [megabytes, output] = await run(kind, files)
    assert.equal(output, String(count))
    if (!existsSync('/proc/self/status')) return
    assert.ok(megabytes > 0 && megabytes < ANONYMOUS_MEGABYTES_MAX, `${megabytes} MB`)
  }

  it('reads 200 MB of a file, of a gzipped one and of chunks', async () => {
    const file = await open(at('plain.json'), 'w')
    for (let index = 0; index < blocks; index += 1) await file.write(block)
    await file.close()
    const packed = gzipSync(block, { level: 1 })
    await writeFile(
      at('packed.json.gz'),
      Buffer.concat(Array.from({ length: blocks }, () => packed)),
    )
    const count = blocks * lines.length
    await check('files', [at('plain.json'), at('packed.json.gz')], 2 * count)
    await check('chunks', [at('plain.json')], count)
  })

  it('takes 240 MB of revisions', async () => {
    await check('arrays', [], 30_000_000)
  })
})
