import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { openDirectory, openDirectoryTarget } from '../../lib/index.js'
import { runSync } from '../../lib/sync/index.js'
import {
  definitionOf,
  linesOf,
  namesIn,
  ORIGIN,
  readLines,
  withDirectoryTarget,
  writeCollections,
} from '../directory/support/written-dump.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const PAGE = new URL('../../../docs/dump-directories.md', import.meta.url)

function block(markdown: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(markdown)
  return found?.[1] ?? assert.fail(`there is no ${language} in it`)
}

describe('docs/dump-directories.md', () => {
  const { at } = useTemporaryDirectory()

  /** The database of the page. */
  async function writeExample(path: string): Promise<void> {
    await withDirectoryTarget(path, {}, async (target) => {
      const copy = await target.beginCopy(ORIGIN)
      await writeCollections(copy, { orders: linesOf(0, 2) })
      await copy.replaceCollection(definitionOf('größe', { id: '1017' }))
      const view = { name: 'found', type: 'arangosearch' }
      await copy.replaceView({ ...view, globallyUniqueId: undefined, properties: view })
      await copy.finish()
    })
  }

  it('lists the files that are written', async () => {
    await writeExample(at('dump'))
    const names = await namesIn(at('dump'))
    assert.equal(
      block(await readFile(PAGE, 'utf8'), 'text'),
      names.map((name) => `${name}\n`).join(''),
    )
  })

  it('has an example that runs', async () => {
    await writeExample(at('backup'))
    const code = block(await readFile(PAGE, 'utf8'), 'ts')
      .replace(/^import .*$/m, '')
      .replace(/'(backup|again)'/g, (_, name: string) => JSON.stringify(at(name)))
    const names = ['openDirectory', 'openDirectoryTarget', 'runSync'] as const
    // The page's own code, with its imports given.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- it is what is tested
    await new Function(...names, `return (async () => {${code}})()`)(
      openDirectory,
      openDirectoryTarget,
      runSync,
    )
    assert.deepEqual(await readLines(at('again'), 'orders'), linesOf(0, 2))
  })

  it('names every attribute of the manifest', async () => {
    await writeExample(at('dump'))
    const manifest = JSON.parse(await readFile(at('dump/tidemark.json'), 'utf8')) as object
    const page = await readFile(PAGE, 'utf8')
    for (const name of Object.keys(manifest)) assert.ok(page.includes(`\`${name}\``), name)
  })
})
