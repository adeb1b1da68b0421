import assert from 'node:assert/strict'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'
import { type Outcome } from './support/run-tidemark.js'

const DUMP = 'datasets/itsm-incidents-cluster'
/** The one of its seven collections that is changed; each of them has 24,918 documents. */
const VENDOR = ['--collections', 'vendor']

/** A line of this dump. */
interface Enveloped {
  readonly type: number
  readonly data: { readonly _key: string }
}

describeWithShared('tidemark diff of real documents', () => {
  const { at } = useTemporaryDirectory()

  async function run(commandLine: readonly string[], expectedCode: number): Promise<Outcome> {
    const outcome = await runInProcess(commandLine)
    assert.equal(outcome.exitCode, expectedCode, outcome.stderr)
    return outcome
  }

  /** Copies the dump, the data file of that collection changed. */
  async function editDump(name: string, edit: (text: string) => string): Promise<void> {
    await cp(fileURLToPath(sharedUrl(DUMP)), at(name), { recursive: true, mode: 0 })
    for (const file of await readdir(at(name))) {
      if (!file.endsWith('.data.json.gz') || !file.startsWith('vendor_')) continue
      const path = fileURLToPath(sharedUrl(`${DUMP}/${file}`))
      const text = gunzipSync(await readFile(path)).toString()
      await writeFile(join(at(name), file), gzipSync(edit(text), { level: 1 }))
    }
  }

  it('finds a dump of 174,426 and the store that it was loaded into equal', async () => {
    const dump = fileURLToPath(sharedUrl(DUMP))
    await run(['sync', dump, `store:${at('store')}`], 0)
    const { stdout } = await run(['diff', dump, `store:${at('store')}`], 0)
    assert.equal(stdout.match(/ equal +revision +0 +0 +0 +0 +0 +0 /g)?.length, 7)
    assert.match(stdout, /\nequal\n$/)
    assert.equal((await run(['diff', `store:${at('store')}`, dump, '--json'], 0)).stdout, '')
  }).timeout(240_000)

  it('tells the three documents that were changed', async () => {
    const dump = fileURLToPath(sharedUrl(DUMP))
    const keys: string[] = []
    await editDump('edited', (text) => {
      const lines = text.split('\n')
      for (const index of [0, 1000, 24_000]) {
        const { type, data } = JSON.parse(lines[index] ?? '') as Enveloped
        keys.push(data._key)
        const _rev = `_zzz${index.toString().padStart(7, '0')}`
        lines[index] = JSON.stringify({ type, data: { ...data, _rev, changed: true } })
      }
      return lines.join('\n')
    })
    await run(['sync', at('edited'), `store:${at('store')}`, ...VENDOR], 0)
    for (const by of ['revision', 'content']) {
      const commandLine = ['diff', dump, `store:${at('store')}`, '--json', '--by', by, ...VENDOR]
      const { stdout } = await run(commandLine, 3)
      const told = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { key: string })
      const paths = by === 'revision' ? ['_rev', 'changed'] : ['changed']
      assert.deepEqual(
        told.sort((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key)),
        keys.map((key) => ({ collection: 'vendor', key, kind: 'different', paths })),
      )
    }
  }).timeout(240_000)

  it('finds a copy with revisions of its own equal by content', async () => {
    const dump = fileURLToPath(sharedUrl(DUMP))
    await editDump('stripped', (text) => text.replaceAll(/,"_rev":"[^"]*"/g, ''))
    await run(['sync', at('stripped'), `store:${at('copy')}`, ...VENDOR], 0)
    const ends = [dump, `store:${at('copy')}`, ...VENDOR]
    const { stdout } = await run(['diff', ...ends, '--by', 'content'], 0)
    assert.equal(stdout.match(/ equal +content +0 +0 +0 +0 +0 +49,836 /g)?.length, 1)
    // Asked for by revision, it finds out by itself that this says nothing.
    const { stderr } = await run(['diff', ...ends], 0)
    assert.match(stderr, /^warning: collection "vendor" is compared by content: /m)
  }).timeout(240_000)
})
