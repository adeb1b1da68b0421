import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { ServerExamination } from '../../lib/remote/index.js'
import { runInProcess } from '../cli/support/run-in-process.js'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const SERVER = 'http://127.0.0.1:8529'

function block(markdown: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(markdown)?.[1] ?? ''
}

/** First cells of the rows of the tables below a heading, without their backticks. */
function firstCells(page: string, heading: string): string[] {
  const [, rest = ''] = page.split(`\n## ${heading}\n`)
  const [section = ''] = rest.split(/\n## /)
  return [...section.matchAll(/^\| (`[^|]*?) *\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
}

/** Names of attributes as the page tells them; those of lists and of what may be null not. */
function namesOf(found: ServerExamination): string[] {
  return Object.entries(found).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  )
}

describe('docs/doctor.md', () => {
  let page: string
  let test: TestLeader

  before(async () => {
    page = await readFile(new URL('docs/doctor.md', ROOT_URL), 'utf8')
    test = await startTestLeader()
    const database = await test.store.createDatabase('shop')
    await fillCollection(test.store, 'orders', 2, { database })
  })

  after(() => test.close())

  async function runBlock(): Promise<readonly string[]> {
    const outputs: string[] = []
    for (const line of block(page, 'sh').trim().split('\n')) {
      const words = line.replace(SERVER, test.url).split(' ')
      const { exitCode, stdout, stderr } = await runInProcess(words.slice(1))
      assert.deepEqual([exitCode, stderr], [0, ''])
      outputs.push(stdout)
    }
    return outputs
  }

  it('has commands that run, and tells each row and each attribute of what they write', async () => {
    const [text = '', json = ''] = await runBlock()
    const cells = firstCells(page, 'What it tells people')
    const rows = text.split('\n').map((line) => line.split(/ {2,}/)[0] ?? '')
    const titles = rows.slice(2).filter((row) => !['', 'about', 'what'].includes(row))
    assert.ok(titles.length > 20)
    for (const title of titles) assert.ok(cells.includes(title), title)

    const found = JSON.parse(json) as ServerExamination
    assert.deepEqual(firstCells(page, 'What it tells programs').sort(), namesOf(found).sort())
    for (const { task } of found.verdicts) assert.ok(page.includes(`\`${task}\``), task)
  })

  it('has code that runs', async () => {
    const file = new URL('dist/test/docs/doctor-page.mjs', ROOT_URL)
    const code = block(page, 'ts').replace('console.log(', 'export default [')
    const url = `process.env.SERVER_URL ?? '${SERVER}'`
    assert.ok(code.includes(url))
    await writeFile(file, code.replace(url, `'${test.url}'`).replace(/\)\n$/, ']\n'))
    try {
      const { default: told } = (await import(file.href)) as { default: readonly string[] }
      assert.equal(told[0], 'tidemark')
      assert.match(told[1] ?? '', /^dump,sync,sync-by-tree,.*target$/)
    } finally {
      await rm(file)
    }
  })

  it('has the reasons as they are', async () => {
    const sources = await Promise.all(
      [
        'transport-failure.ts',
        'remote-connection.ts',
        'remote-error.ts',
        'examine/examine-server.ts',
        'examine/probe-server.ts',
      ].map((name) => readFile(new URL(`lib/remote/${name}`, ROOT_URL), 'utf8')),
    )
    const reasons = firstCells(page, 'When there is nothing to examine')
    assert.ok(reasons.length >= 10)
    for (const reason of reasons) {
      const [text = ''] = reason.split(' (…)')
      assert.ok(sources.join('').includes(text), reason)
    }
  })
})
