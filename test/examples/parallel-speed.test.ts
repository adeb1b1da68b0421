import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const EXAMPLE = fileURLToPath(new URL('../../examples/parallel-speed.js', import.meta.url))
const TRANSFORM = fileURLToPath(new URL('../../examples/redact-cards.js', import.meta.url))
const run = promisify(execFile)

describe('examples/parallel-speed', () => {
  const { at } = useTemporaryDirectory()

  it('tells the speed of each number of threads, with the same result', async () => {
    const line = '{"_key":"1","card":"4111111111111111"}\n{"_key":"2","n":1.0}\n'
    await writeFile(at('in.jsonl'), line.repeat(5000))
    const { stdout } = await run(process.execPath, [EXAMPLE, TRANSFORM, at('in.jsonl'), '1', '2'])
    assert.match(
      stdout,
      /^1 threads: 10000 documents, 5000 changed, [\d.]+ MB\/s\n2 threads: 10000 documents, 5000 changed, [\d.]+ MB\/s\n$/,
    )
  })

  it('tells of threads that gave something else, and how it is used', async () => {
    const random = 'export default () => ({ _key: "a", r: Math.random() })\n'
    await writeFile(at('random.mjs'), random)
    await writeFile(at('one.jsonl'), '{"_key":"1"}\n')
    const failed = run(process.execPath, [EXAMPLE, at('random.mjs'), at('one.jsonl'), '1', '2'])
    await assert.rejects(failed, /2 threads gave something else/)
    await assert.rejects(run(process.execPath, [EXAMPLE]), { code: 2 })
  })
})
