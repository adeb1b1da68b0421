import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { JsonObject } from '../../lib/wire/index.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess } from './support/run-in-process.js'

const MASKINGS = {
  customer: { type: 'masked', maskings: [{ path: 'Name', type: 'xifyFront', unmaskedLength: 0 }] },
  '*': { type: 'full' },
}
const PSEUDONYMS = {
  keys: { customer: 'preserve', account: 'hex', accountHolder: 'hex', transaction: 'hex' },
  attributes: {
    customer: [
      { path: 'Ssn', type: 'preserve' },
      { path: 'credit_card_number', type: 'preserve' },
    ],
    account: [{ path: 'customer_id', type: 'key', collection: 'customer' }],
  },
}

/** Every file of a directory, inflated. */
function readFiles(directory: string): ReadonlyMap<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.includes('.') || name === 'ENCRYPTION')
  return new Map(
    files.map((name) => {
      const bytes = readFileSync(join(directory, name))
      return [name, (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()] as const
    }),
  )
}

function documentsOf(files: ReadonlyMap<string, string>, collection: string): JsonObject[] {
  const [, text = ''] =
    [...files].find(([name]) => name.startsWith(`${collection}_`) && name.includes('.data.')) ?? []
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const value = JSON.parse(line) as JsonObject
    return (value['data'] ?? value) as JsonObject
  })
}

describeWithShared('tidemark dump, masked', () => {
  const place = useTemporaryDirectory()
  const source = (): string => fileURLToPath(sharedUrl('datasets/fraud-detection/'))
  const environment = {
    TIDEMARK_MASKINGS_SEED: '5',
    TIDEMARK_PSEUDONYM_KEY: 'a key for tests, of no less than 32 bytes',
  }

  async function dump(target: string, ...flags: string[]): ReturnType<typeof runInProcess> {
    return runInProcess(['dump', source(), place.at(target), ...flags], { environment })
  }

  it('leaves no masked value in any file, and joins every edge', async () => {
    await writeFile(place.at('m.json'), JSON.stringify(MASKINGS))
    await writeFile(place.at('p.json'), JSON.stringify(PSEUDONYMS))
    const flags = [
      '--maskings',
      place.at('m.json'),
      '--transform',
      `pseudonyms:${place.at('p.json')}`,
    ]
    for (const target of ['one', 'two']) {
      const { exitCode, stderr } = await dump(target, ...flags)
      assert.equal(exitCode, 0, stderr)
    }
    const before = readFiles(source())
    const files = readFiles(place.at('one'))
    const secrets = documentsOf(before, 'customer')
      .flatMap(({ _key: key, Name: name, Ssn: ssn }) => [key, name, ssn])
      .concat(documentsOf(before, 'account').map(({ _key: key }) => key))
      .map(String)
    assert.equal(secrets.length, 105)
    const all = [...files.values()].join('\n')
    assert.deepEqual(
      secrets.filter((secret) => all.includes(secret)),
      [],
    )
    const ids = new Set(
      ['customer', 'account'].flatMap((name) =>
        documentsOf(files, name).map(({ _key: key }) => `${name}/${String(key)}`),
      ),
    )
    const edges = ['accountHolder', 'transaction'].flatMap((name) => documentsOf(files, name))
    assert.equal(edges.length, 116)
    for (const { _from: from, _to: to } of edges) {
      assert.ok(ids.has(String(from)) && ids.has(String(to)))
    }
    const again = readFiles(place.at('two'))
    for (const [name, text] of files) {
      if (name.includes('.data.')) assert.equal(again.get(name), text, name)
    }
  })

  it('writes nothing when the maskings are wrong', async () => {
    await writeFile(place.at('m.json'), '{"customer":{"type":"masked","maskings":[{"path":"a"}]}}')
    const { exitCode, stderr } = await dump('none', '--maskings', place.at('m.json'))
    assert.equal(exitCode, 1)
    assert.match(stderr, /Cannot read rule 1 of collection "customer" in maskings file/)
    await assert.rejects(access(place.at('none')))
  })
})
