import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { runTidemark } from '../cli/support/run-tidemark.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const execute = promisify(execFile)

async function readProjectFile(name: string): Promise<string> {
  return readFile(new URL(name, ROOT_URL), 'utf8')
}

function blocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm')
  return [...markdown.matchAll(pattern)].map(([, code = '']) => code)
}

describe('README', () => {
  const { at } = useTemporaryDirectory()

  it('names the commands that CI and npm know', async () => {
    const [main, tests] = blocks(await readProjectFile('README.md'), 'sh')
    assert.equal(main, 'npm ci && npm start\n')
    assert.equal(tests, 'npm ci && npm test\n')
    assert.match(await readProjectFile('.ci/run'), /^npm ci && npm test$/m)
    const { scripts } = JSON.parse(await readProjectFile('package.json')) as {
      scripts: Record<string, string>
    }
    assert.match(scripts['start'] ?? '', /main\.js demo$/)
  })

  it('lists every command', async () => {
    const readme = await readProjectFile('README.md')
    const { stdout } = await runTidemark(['--help'])
    const commands = [...stdout.matchAll(/^ {2}(\w+) .*/gm)].map(([, name = '']) => name)
    assert.ok(commands.length > 4)
    for (const name of commands.filter((one) => !['http', 'help', 'or'].includes(one))) {
      assert.ok(readme.includes(`\`tidemark ${name}`), name)
    }
  })

  it('has code that runs', async () => {
    await writeSampleDump(at('dump'), [{ name: 'things', count: 100 }])
    const lines = Array.from({ length: 40 }, (_, index) => `{"_key":"${index}"}\n`)
    await writeFile(at('things.jsonl'), lines.join(''))
    const codes = blocks(await readProjectFile('README.md'), 'ts')
    assert.equal(codes.length, 5)
    const outputs: string[] = []
    for (const [index, code] of codes.entries()) outputs.push(await run(index, code))
    assert.equal(outputs[0], 'things 100\n')
    assert.match(outputs[1] ?? '', /^(\{"_key":"(\d+)","label":"thing \2"\}\n){10,30}$/)
    assert.match(outputs[2] ?? '', /^http:\/\/127\.0\.0\.1:\d+\n$/)
    const last = { from: 1770000000000999936n, through: 1770000000000999999n }
    assert.match(outputs[3] ?? '', /^(things \S+ \d+\n){100}$/)
    assert.equal(outputs[4], `${inspect([last])}\n[]\n`)
  })

  it('has code that a strict compiler takes', async () => {
    const codes = blocks(await readProjectFile('README.md'), 'ts')
    const files = codes.map((_, index) =>
      fileURLToPath(new URL(`dist/test/docs/readme-${index}.mts`, ROOT_URL)),
    )
    await Promise.all(files.map((file, index) => writeFile(file, codes[index] ?? '')))
    const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT_URL))
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--noUncheckedIndexedAccess']
    const target = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node']
    try {
      await execute(process.execPath, [compiler, ...options, ...target, ...files])
    } catch (error) {
      // What the compiler says is on stdout, which is not part of the error's message.
      assert.fail((error as { stdout: string }).stdout)
    } finally {
      await Promise.all(files.map((file) => rm(file)))
    }
  }).timeout(180_000)

  async function run(index: number, code: string): Promise<string> {
    const file = fileURLToPath(new URL(`dist/test/docs/readme-${index}.mjs`, ROOT_URL))
    const isServer = code.includes('startLeader')
    await writeFile(file, isServer ? `${code}\nawait leader.close()\nawait store.close()\n` : code)
    try {
      const { stdout } = await execute(process.execPath, [file], { cwd: at('.') })
      return stdout
    } finally {
      await rm(file)
    }
  }
})
