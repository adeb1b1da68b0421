import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { structureOf, withFiles } from '../support/dump-directory.js'
import { runInProcess } from '../cli/support/run-in-process.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const FILES = {
  'dump/dump.json': '{"database":"shop","lastTickAtDumpStart":"7"}',
  'dump/people.structure.json': structureOf('people'),
  'dump/people.data.json': '{"_key":"ada"}\n{"_key":"bob"}\n{"_key":"eve"}\n{"_key":"far"}\n',
  'dump/knows.structure.json': structureOf('knows', { type: 3 }),
  'dump/knows.data.json': [
    '{"_key":"1","_from":"people/ada","_to":"people/bob"}',
    '{"_key":"2","_from":"people/bob","_to":"people/eve"}',
    '{"_key":"3","_from":"people/eve","_to":"people/far"}',
    '',
  ].join('\n'),
}

function block(markdown: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(markdown)?.[1] ?? ''
}

describe('docs/subset.md', () => {
  let page: string

  before(async () => {
    page = await readFile(new URL('docs/subset.md', ROOT_URL), 'utf8')
  })

  async function peopleIn(replica: string): Promise<string[]> {
    const store = `${replica}-people`
    const { exitCode, stderr } = await runInProcess(['sync', replica, `store:${store}#shop`])
    assert.equal(exitCode, 0, stderr)
    const { stdout } = await runInProcess(['tail', `store:${store}#shop`])
    return [...stdout.matchAll(/"collection":"people","key":"(\w+)"/g)].map(([, key = '']) => key)
  }

  it('has a command that takes a part', async () => {
    await withFiles(FILES, async (path) => {
      const command = block(page, 'sh').trim().replace('./around-ada', `${path}/part`)
      const words = command.replace(/http\S+/, `${path}/dump`).split(' ')
      const { exitCode, stderr } = await runInProcess(words.slice(1))
      assert.equal(exitCode, 0, stderr)
      assert.deepEqual(await peopleIn(`${path}/part`), ['ada', 'bob', 'eve'])
    })
  })

  it('has code that takes one', async () => {
    await withFiles(FILES, async (path) => {
      const file = fileURLToPath(new URL('dist/test/docs/subset-page.mjs', ROOT_URL))
      const code = block(page, 'ts').replace('./dump', `${path}/dump`)
      // The page leaves out what every program does at its end.
      const named = code.replace('await openStoreTarget(', 'target = await openStoreTarget(')
      const end = '\nawait target.close()\n'
      await writeFile(file, `let target\n${named.replace('./test-store', `${path}/made`)}${end}`)
      try {
        await promisify(execFile)(process.execPath, [file])
      } finally {
        await rm(file)
      }
      const { stdout } = await runInProcess(['tail', `store:${path}/made#shop`])
      assert.equal(stdout.match(/"collection":"people","key"/g)?.length, 3)
    })
  })

  it('tells every flag', async () => {
    const { stdout } = await runInProcess(['dump', '--help'])
    const about = stdout.matchAll(/^ {2}(--[\w-]+)[^]*?(?=^ {2}--|^$)/gm)
    const flags = [...about]
      .filter(([text]) => text.includes('with --subset'))
      .map(([, flag]) => flag)
    assert.deepEqual(flags.sort(), ['--along', '--direction', '--keep-others', '--steps'])
    for (const flag of flags) assert.ok(page.includes(`\`${flag ?? ''}`), flag)
  })
})
