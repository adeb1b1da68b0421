import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createProgram } from '../../lib/cli/program.js'
import { askJson } from '../server/support/ask.js'
import { fillCollection, startTestLeader, type TestLeader } from '../server/support/test-leader.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { blocksOf, runLines, type ShellPlace } from './support/shell-lines.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const DOCUMENTS = 30

describe('docs/coming-from-arangodb.md', () => {
  const { at } = useTemporaryDirectory()
  let page: string
  let leaders: TestLeader[]

  before(async () => {
    page = await readFile(new URL('docs/coming-from-arangodb.md', ROOT_URL), 'utf8')
  })

  async function startLeaders(): Promise<void> {
    leaders = [await startTestLeader(), await startTestLeader(), await startTestLeader()]
    const [{ store } = assert.fail()] = leaders
    const database = await store.createDatabase('shop')
    await fillCollection(store, 'orders', DOCUMENTS, { database })
  }

  function placeHere(): ShellPlace {
    const names = [
      'http://db.example:8529',
      'http://new.example:8529',
      'http://standby.example:8529',
    ]
    const servers = new Map(names.map((name, index) => [name, leaders[index]?.url ?? '']))
    return { directory: at('.'), servers }
  }

  /** How many orders a leader has. */
  async function ordersAt(index: number): Promise<unknown> {
    const { url = '' } = leaders[index] ?? {}
    const { value } = await askJson(`${url}/_db/shop/_api/collection/orders/count`)
    return value['count']
  }

  it('has commands that run one after the other', async () => {
    await startLeaders()
    try {
      await runPage()
    } finally {
      for (const leader of leaders) await leader.close()
    }
  }).timeout(60_000)

  async function runPage(): Promise<void> {
    await writeFile(at('maskings.json'), '{"*":{"type":"full"}}')
    const blocks = blocksOf(page, 'sh')
    assert.ok(blocks.length >= 9)
    for (const block of blocks) await runLines(block, placeHere())
    assert.deepEqual([await ordersAt(1), await ordersAt(2)], [DOCUMENTS, DOCUMENTS])
    const lines = await readFile(at('again.jsonl'), 'utf8')
    assert.equal(lines.trimEnd().split('\n').length, DOCUMENTS)
    const array = JSON.parse(await readFile(at('orders.json'), 'utf8')) as unknown[]
    assert.equal(array.length, DOCUMENTS)
  }

  it('names flags that there are', () => {
    const program = createProgram('0', () => Promise.resolve())
    const known = program.commands.flatMap(({ options }) => options.map(({ long }) => long))
    const outside = page.replaceAll(/^```[^]*?^```$/gm, '')
    const told = [...outside.matchAll(/[` ](--[a-z][a-z-]+)/g)].map(([, flag]) => flag)
    assert.ok(told.length > 25)
    for (const flag of told) assert.ok(known.includes(flag ?? ''), flag)
  })

  it('leads to pages that there are', async () => {
    const links = [...page.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name = '']) => name)
    assert.ok(links.length > 5)
    for (const name of links) await readFile(new URL(`docs/${name}`, ROOT_URL))
  })
})
