import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openStore } from '../../lib/store/index.js'
import { runInProcess } from '../cli/support/run-in-process.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const execute = promisify(execFile)

function blocks(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(pattern)].map(([, code = '']) => code)
}

function readPage(name: string): Promise<string> {
  return readFile(new URL(`docs/${name}`, ROOT_URL), 'utf8')
}

describe('docs/follow.md, docs/change-feed.md and docs/all-databases.md', () => {
  const { at } = useTemporaryDirectory()

  /** A store with two orders, one of which was removed, and another collection. */
  async function makeShop(path: string): Promise<void> {
    const store = await openStore(path, { mode: 'write', create: true })
    const shop = await store.createDatabase('shop')
    const orders = await store.createCollection(shop, { name: 'orders', type: 2 })
    const others = await store.createCollection(shop, { name: 'others', type: 2 })
    for (const key of ['o1', 'o2']) await store.put(orders, `{"_key":"${key}"}`)
    await store.put(others, '{"_key":"x"}')
    await store.remove(orders, 'o1')
    await store.close()
  }

  /** Runs code as a file of its own, in the test's directory. */
  async function run(name: string, code: string): Promise<string> {
    const file = fileURLToPath(new URL(`dist/test/docs/${name}.mjs`, ROOT_URL))
    await writeFile(file, code)
    try {
      const { stdout } = await execute(process.execPath, [file], { cwd: at('.') })
      return stdout
    } finally {
      await rm(file)
    }
  }

  it('has code that follows a store', async () => {
    await makeShop(at('leader'))
    const codes = blocks(await readPage('follow.md'), 'ts')
    assert.equal(codes.length, 1)
    assert.equal(await run('follow', codes[0] ?? ''), '0 documents\n')
  })

  it('has code that copies all databases', async () => {
    await makeShop(at('leader'))
    const codes = blocks(await readPage('all-databases.md'), 'ts')
    assert.equal(codes.length, 1)
    assert.equal(await run('all-databases', codes[0] ?? ''), '_system,shop 0\n')
  }).timeout(20_000)

  it('has code that tells changes', async () => {
    await makeShop(at('shop'))
    const codes = blocks(await readPage('change-feed.md'), 'ts')
    assert.equal(codes.length, 1)
    const lines = (await run('change-feed', codes[0] ?? '')).trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => line.split(' ', 2).join(' ')),
      ['create-collection undefined', 'put o1', 'put o2', 'remove o1'],
    )
  })

  it('has command lines that run', async () => {
    await makeShop(at('shop'))
    const commands = blocks(await readPage('change-feed.md'), 'sh').map((text) => text.trim())
    assert.equal(commands.length, 2)
    const counts: number[] = []
    for (const command of commands) {
      const inPlace = command.replace('store:./', `store:${at('.')}/`)
      const words = inPlace.replace('orders.position', at('position')).replaceAll("'", '')
      const { exitCode, stdout, stderr } = await runInProcess(words.split(' ').slice(1))
      assert.equal(exitCode, 0, stderr)
      counts.push(stdout.split('\n').length - 1)
    }
    assert.deepEqual(counts, [4, 6])
  })

  it('tells every flag of the commands', async () => {
    const flagPages = ['subset.md', 'transforms.md']
    const names = [
      'follow.md',
      'change-feed.md',
      'all-databases.md',
      'server-target.md',
      ...flagPages,
    ]
    const pages = (await Promise.all(names.map(readPage))).join('')
    for (const command of ['sync', 'tail']) {
      const { stdout } = await runInProcess([command, '--help'])
      const flags = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag = '']) => flag)
      assert.ok(flags.length > 5)
      for (const flag of flags) {
        // Those of a copy are told elsewhere.
        if (!['--exclude', '--include-system', '--dry-run', '--events'].includes(flag)) {
          assert.ok(pages.includes(flag), `${command} ${flag}`)
        }
      }
    }
  })

  it('tells the codes of the errors that end a follower', async () => {
    const page = await readPage('follow.md')
    const sources = await Promise.all(
      ['gap-of.ts', 'follow-replica-error.ts'].map((name) =>
        readFile(new URL(`lib/sync/follow/${name}`, ROOT_URL), 'utf8'),
      ),
    )
    const codes = new Set(sources.join('').match(/ERR_\w+/g))
    assert.ok(codes.size >= 10)
    for (const code of codes) assert.ok(page.includes(code), code)
  })
})
