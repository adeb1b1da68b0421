import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runInProcess } from '../cli/support/run-in-process.js'
import { structureOf } from '../support/dump-directory.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const STEM = 'orders_12c500ed0b7879105fb46af0f246be87'
const LINE = '{"_key":"a","_id":"orders/a","_rev":"_g1AAAA---","text":"........"}\n'
const execute = promisify(execFile)

function blocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(pattern)].map(([, code = '']) => code)
}

describe('docs/verify.md', () => {
  const { at } = useTemporaryDirectory()
  let page: string

  before(async () => {
    page = await readFile(new URL('docs/verify.md', ROOT_URL), 'utf8')
  })

  async function writeDump(data: string): Promise<void> {
    await mkdir(at('dump'), { recursive: true })
    await writeFile(at('dump/dump.json'), '{"database":"shop"}')
    await writeFile(at(`dump/${STEM}.structure.json`), structureOf('orders'))
    await writeFile(at(`dump/${STEM}.data.json`), data)
  }

  /** Runs a command of the page beside the dump; what is told has the paths of the page. */
  async function run(command: string) {
    const words = command.trim().split(' ')
    assert.equal(words.shift(), 'tidemark')
    const outcome = await runInProcess(words.map((word) => (word === './dump' ? at('dump') : word)))
    return { ...outcome, stdout: outcome.stdout.replaceAll(at('dump'), './dump') }
  }

  it('has commands that tell what the page says', async () => {
    const twice = LINE + LINE.replace('_g1', '_g2')
    const [inWords = '', inJson = ''] = blocks(page, 'sh')
    const [text = ''] = blocks(page, 'text')
    const [json = ''] = blocks(page, 'json')
    await writeDump(`${twice}{\n`)
    const told = await run(inWords)
    assert.equal(told.exitCode, 3)
    assert.match(told.stderr, /^note: ".*" has no manifest/)
    assert.equal(told.stdout, text)
    await writeDump(twice)
    const lines = await run(inJson)
    assert.equal(lines.exitCode, 3)
    assert.deepEqual(lines.stdout, json)
    await writeDump(LINE)
    const good = await run(inWords)
    assert.deepEqual(
      [good.exitCode, good.stdout],
      [0, '1 collection, 1 document: 0 errors, 0 warnings\n'],
    )
  })

  it('has code that runs', async () => {
    await writeDump(LINE + LINE)
    const [code = ''] = blocks(page, 'js')
    const file = fileURLToPath(new URL('dist/test/docs/verify-page.mjs', ROOT_URL))
    await writeFile(file, code.replace('./dump', at('dump')))
    try {
      const { stdout } = await execute(process.execPath, [file])
      assert.equal(stdout, 'duplicate-key 2\n')
    } finally {
      await rm(file)
    }
  })

  it('explains every code that there is', async () => {
    const types = await readFile(new URL('lib/directory/verify/verify-event.ts', ROOT_URL), 'utf8')
    const union = types.slice(types.indexOf('export type FindingCode ='))
    const codes = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, code = '']) => code)
    assert.ok(codes.length > 25)
    for (const code of codes) assert.ok(page.includes(`\`${code}\``), code)
  })
})
