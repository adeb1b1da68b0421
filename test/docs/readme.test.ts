import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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
    const codes = blocks(await readProjectFile('README.md'), 'ts')
    assert.equal(codes.length, 2)
    const outputs: string[] = []
    for (const [index, code] of codes.entries()) outputs.push(await run(index, code))
    assert.equal(outputs[0], 'things 100\n')
    assert.match(outputs[1] ?? '', /^http:\/\/127\.0\.0\.1:\d+\n$/)
  }).timeout(20_000)

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
