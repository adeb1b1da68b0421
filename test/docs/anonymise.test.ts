import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { MASKING_TYPES } from '../../lib/streams/transform/maskings/masking-types.js'
import { PSEUDONYM_TYPES } from '../../lib/streams/transform/pseudonyms/pseudonym-types.js'
import { maskDocuments, pseudonymise } from '../../lib/streams/transform/index.js'
import type { JsonObject } from '../../lib/wire/index.js'
import { PROCESS_TIMEOUT_MS } from '../cli/support/run-tidemark.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { applyTo } from '../support/transform-context.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const KEY = '0123456789abcdef0123456789abcdef'

describe('docs/anonymise.md', () => {
  const place = useTemporaryDirectory()
  let page = ''
  before(async () => {
    page = await readFile(new URL('docs/anonymise.md', ROOT_URL), 'utf8')
  })

  /** The fenced block behind a mark. */
  function fenced(mark: string): string {
    const start = page.indexOf(`\`\`\`${mark}\n`) + mark.length + 4
    assert.ok(start > mark.length + 3, `there is no ${mark}`)
    return page.slice(start, page.indexOf('```', start))
  }

  it('has a maskings file that does what it says', () => {
    const transform = maskDocuments(JSON.parse(fenced('json maskings.json')) as JsonObject)
    const person = {
      _key: 'k',
      name: 'Ada',
      phones: [{ phone: '1-a' }],
      born: 'x',
      'e.mail': 'a@b',
    }
    const masked = applyTo(transform, person, 'people') as JsonObject
    assert.equal(masked['name'], 'xda')
    assert.match(JSON.stringify(masked['phones']), /^\[\{"phone":"\d-[a-z]"\}\]$/)
    assert.match(String(masked['born']), /^(?:19[4-9]\d|200\d)-\d\d-\d\d$/)
    assert.match(String(masked['e.mail']), /^.{4}[.].{4}@.{4}[.]invalid$/)
    assert.deepEqual(applyTo(transform, person, 'products'), person)
    for (const name of ['sessions', 'log', 'other']) {
      assert.equal(applyTo(transform, person, name), undefined)
    }
  })

  it('has a file of pseudonyms that does what it says', () => {
    const definition = JSON.parse(fenced('json pseudonyms.json')) as JsonObject
    const transform = pseudonymise(definition, { key: KEY })
    const person = { _key: '17', _rev: 'r', name: 'Ada', 'e-mail': 'a@b' }
    const changed = applyTo(transform, person, 'people') as JsonObject
    assert.match(
      JSON.stringify(changed),
      /^\{"_key":"\d\d","name":"[A-Z][a-z]{2}","e-mail":"[0-9a-f]{32}@/,
    )
    const order = { _key: 'o', buyer: '17', mail: 'a@b', inner: { ids: ['people/17', 'x/17'] } }
    const { _key: key, ...rest } = applyTo(transform, order, 'orders') as JsonObject
    assert.match(String(key), /^[0-9a-f]{32}$/)
    assert.deepEqual(rest, {
      buyer: changed['_key'],
      mail: changed['e-mail'],
      inner: { ids: [`people/${String(changed['_key'])}`, 'x/17'] },
    })
  })

  it('tells of every type', () => {
    for (const type of [...MASKING_TYPES.keys(), ...PSEUDONYM_TYPES, 'key', 'id']) {
      assert.match(page, new RegExp(`^\\| \`${type}\` +\\|`, 'm'))
    }
  })

  it('has a program for a pipe', async () => {
    await mkdir(place.at('node_modules'))
    await symlink(fileURLToPath(ROOT_URL), place.at('node_modules/tidemark'))
    await writeFile(place.at('package.json'), '{"type":"module"}')
    await writeFile(place.at('pipe.js'), fenced('ts'))
    const output = execFileSync(process.execPath, ['pipe.js'], {
      cwd: place.at('.'),
      env: { ...process.env, TIDEMARK_PSEUDONYM_KEY: KEY },
      input: '{"_key":"ada","_id":"people/ada","n":1.0}\n',
      timeout: PROCESS_TIMEOUT_MS,
      encoding: 'utf8',
    })
    assert.match(output, /^\{"_key":"([0-9a-f]{32})","_id":"people\/\1","n":1[.]0\}\n$/)
  })
})
