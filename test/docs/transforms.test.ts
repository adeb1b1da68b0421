import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { MAIN } from '../cli/support/program-file.js'
import { PROCESS_TIMEOUT_MS } from '../cli/support/run-tidemark.js'
import { runInProcess } from '../cli/support/run-in-process.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const ROOT_URL = new URL('../../../', import.meta.url)
const FENCE = /^```(\w+) ?(\S*)\n([^]*?)^```$/gm
const run = promisify(execFile)

interface Recipe {
  readonly title: string
  /** Names and contents of the files that it needs. */
  readonly files: ReadonlyMap<string, string>
  readonly commands: string
  /** Code that is not a file of its own. */
  readonly code: string
}

const PEOPLE = [
  '{"_key":"ada","_id":"people/ada","_rev":"_fTLMP5y---","name":"Ada","email":"ada@example.com","age":36,"country":"uk","address":{"city":"London","street":"Dorset St"},"balance":1.10}',
  '{"_key":"bob","_id":"people/bob","_rev":"_fTLMP5y--A","name":"Bob","email":"bob@example.com","age":-1,"password":"secret"}',
  '{"_key":"eve","_id":"people/eve","_rev":"_fTLMP5y--B","name":"Eve, jr","email":"eve@example.com","age":12,"country":"de"}',
]
const KNOWS = [
  '{"_key":"1","_id":"knows/1","_rev":"_fTLMP5y--C","_from":"people/ada","_to":"people/eve"}',
]

describe('docs/transforms.md', () => {
  const { at } = useTemporaryDirectory()
  let recipes: readonly Recipe[]

  before(async () => {
    recipes = readRecipes(await readFile(new URL('docs/transforms.md', ROOT_URL), 'utf8'))
  })

  /** A directory with what the recipes begin with, and the recipe's own files. */
  async function prepare({ files }: Recipe): Promise<void> {
    await mkdir(at('bin'), { recursive: true })
    await mkdir(at('node_modules'), { recursive: true })
    await writeFile(at('bin/tidemark'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`)
    await chmod(at('bin/tidemark'), 0o755)
    await symlink(fileURLToPath(ROOT_URL), at('node_modules/tidemark')).catch(() => undefined)
    await writeFile(at('package.json'), '{"type":"module"}')
    await writeFile(at('people.jsonl.gz'), gzipSync(`${PEOPLE.join('\n')}\n`))
    await writeFile(at('old.jsonl'), '{"_key":"a","n":1}\n{"_key":"b","n":1.0}\n')
    await writeFile(at('new.jsonl'), '{"_key":"a","n":2}\n')
    await writeFile(at('customers.csv'), 'id,name,zip,credit\n1,"Doe, J",01234,1.50\n')
    await writeFile(
      at('accounts.jsonl'),
      '{"_key":"a","balance":9007199254740993}\n{"_key":"b","balance":1}\n',
    )
    await writeDump(at('dump'))
    for (const [name, content] of files) await writeFile(at(name), content)
  }

  async function runRecipe(title: string): Promise<{ stdout: string; stderr: string }> {
    const recipe = recipes.find((one) => one.title === title)
    assert.ok(recipe !== undefined, `there is no recipe "${title}"`)
    await prepare(recipe)
    const path = `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`
    const options = { cwd: at('.'), env: { ...process.env, PATH: path } }
    if (recipe.commands === '') {
      await writeFile(at('code.js'), recipe.code)
      return run(process.execPath, ['code.js'], options)
    }
    return run('bash', ['-e', '-o', 'pipefail', '-c', recipe.commands], options)
  }

  /** The documents of a collection in a dump directory. */
  async function documentsOf(directory: string, name: string): Promise<Record<string, unknown>[]> {
    return parseLines(gunzipSync(await readFile(at(`${directory}/${stem(name)}.data.json.gz`))))
  }

  async function linesOf(name: string): Promise<Record<string, unknown>[]> {
    return parseLines(await readFile(at(name)))
  }

  const CHECKS: Readonly<Record<string, () => Promise<void>>> = {
    async Transforms() {
      const clean = gunzipSync(await readFile(at('clean.jsonl.gz'))).toString()
      assert.equal(clean, `${PEOPLE.join('\n')}\n`.replace(',"password":"secret"', ''))
    },
    async 'Mask personal data'() {
      const people = await documentsOf('masked', 'people')
      assert.deepEqual(people.map(({ name }) => name).sort(), ['xxa', 'xxb', 'xxe  xr'])
      for (const { email } of people) assert.match(String(email), /^.{4}\..{4}@.{4}\.invalid$/)
      assert.deepEqual(await documentsOf('masked', 'knows'), KNOWS.map(parse))
    },
    async 'Put pseudonyms in place of keys, and keep edges joined'() {
      const people = await documentsOf('pseudonyms', 'people')
      const keys = new Set(people.map(({ _key: key }) => `people/${String(key)}`))
      const [edge] = await documentsOf('pseudonyms', 'knows')
      assert.ok(keys.has(String(edge?.['_from'])) && keys.has(String(edge?.['_to'])))
      assert.doesNotMatch(JSON.stringify([people, edge]), /ada|bob|eve|example\.com/i)
    },
    async 'Keep some of the documents'() {
      const people = await documentsOf('adults', 'people')
      assert.deepEqual(people, [parse(PEOPLE[0] ?? '')])
      assert.doesNotMatch((await readdir(at('adults'))).join(), /knows/)
    },
    async 'Rename a collection'() {
      const persons = await documentsOf('renamed', 'persons')
      assert.deepEqual(persons.map(({ _id: id }) => id).sort(), [
        'persons/ada',
        'persons/bob',
        'persons/eve',
      ])
      const [edge] = await documentsOf('renamed', 'knows')
      assert.deepEqual([edge?.['_from'], edge?.['_to']], ['persons/ada', 'persons/eve'])
      assert.doesNotMatch((await readdir(at('renamed'))).join(), /people/)
    },
    async 'Split a collection by a type'() {
      assert.deepEqual((await readdir(at('by-country'))).sort(), [
        'people_de.jsonl',
        'people_uk.jsonl',
      ])
      assert.equal(await readFile(at('by-country/people_uk.jsonl'), 'utf8'), `${PEOPLE[0] ?? ''}\n`)
      assert.equal(await readFile(at('rest.jsonl'), 'utf8'), `${PEOPLE[1] ?? ''}\n`)
    },
    async 'Make a table of a collection'() {
      const table =
        '_key,name,address.city,age\nada,Ada,London,36\nbob,Bob,,-1\neve,"Eve, jr",,12\n'
      assert.equal(await readFile(at('people.csv'), 'utf8'), table)
    },
    async 'Make documents of a table'() {
      const line = '{"_key":"c1","name":"Doe, J","zip":"01234","credit":1.50}\n'
      assert.equal(await readFile(at('customers.jsonl'), 'utf8'), line)
    },
    async 'Remove, rename and set attributes'() {
      const people = await documentsOf('slim', 'people')
      const ada = people.find(({ _key: key }) => key === 'ada')
      assert.deepEqual(ada?.['address'], { city: 'London' })
      assert.deepEqual([ada['fullName'], ada['name'], ada['email']], ['Ada', undefined, undefined])
      assert.ok(people.every(({ source }) => source === 'crm'))
    },
    async 'Change numbers exactly'() {
      const lines = '{"_key":"a","balance":9007199254740994}\n{"_key":"b","balance":2}\n'
      assert.equal(await readFile(at('added.jsonl'), 'utf8'), lines)
    },
    async 'Take a part that hangs together'() {
      const people = await documentsOf('around-ada', 'people')
      assert.deepEqual(people.map(({ _key: key }) => key).sort(), ['ada', 'eve'])
      assert.equal((await documentsOf('around-ada', 'knows')).length, 1)
    },
    async 'Use all cores'() {
      const names = (await linesOf('hashed.jsonl')).map(({ name }) => name)
      const hashes = ['Ada', 'Bob', 'Eve, jr'].map((name) => hash('sha256', name))
      assert.deepEqual(names, hashes)
    },
    async 'Go on when a document is bad'() {
      const good = await linesOf('good.jsonl')
      assert.deepEqual(
        good.map(({ _key: key }) => key),
        ['ada', 'eve'],
      )
      assert.match(
        await readFile(at('bad.jsonl'), 'utf8'),
        /bob.*a person of that age|a person of that age.*bob/s,
      )
    },
    async 'Keep the last of several documents with one key'() {
      const merged = '{"_key":"b","n":1.0}\n{"_key":"a","n":2}\n'
      assert.equal(await readFile(at('merged.jsonl'), 'utf8'), merged)
    },
    'In the library': () => Promise.resolve(),
    async 'Copy through a transform'() {
      const { stdout } = await runInProcess(['tail', `store:${at('projected')}#shop`])
      assert.match(stdout, /"document":\{"_key":"ada",[^}]*"name":"Ada","age":36\}/)
      assert.doesNotMatch(stdout, /email/)
    },
    async 'Write documents into a Writable of your own'() {
      const keys = (await readFile(at('keys.txt'), 'utf8')).trimEnd().split('\n')
      assert.deepEqual(keys.sort(), ['knows/1', 'people/ada', 'people/bob', 'people/eve'])
    },
  }

  it('has a check for every recipe', () => {
    assert.deepEqual(
      recipes.map(({ title }) => title),
      Object.keys(CHECKS),
    )
    assert.ok(recipes.length > 10)
  })

  for (const [title, check] of Object.entries(CHECKS)) {
    it(`does what it says: ${title}`, async () => {
      const { stdout } = await runRecipe(title)
      await check()
      const table = '_key,name,age\nada,Ada,36\nbob,Bob,-1\neve,"Eve, jr",12\n'
      assert.equal(stdout, title === 'In the library' ? table : stdout)
    }).timeout(PROCESS_TIMEOUT_MS)
  }
})

/** The parts of the page that have something to run. */
function readRecipes(page: string): Recipe[] {
  const parts = page.split(/^#{1,3} /m).slice(1)
  return parts.flatMap((part) => {
    const [title = ''] = part.split('\n', 1)
    const files = new Map<string, string>()
    let commands = ''
    let code = ''
    for (const [, language = '', name = '', content = ''] of part.matchAll(FENCE)) {
      if (name !== '') files.set(name, content)
      else if (language === 'sh') commands += content
      else code += content
    }
    return commands === '' && code === '' ? [] : [{ title, files, commands, code }]
  })
}

async function writeDump(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(`${path}/dump.json`, '{"database":"shop","lastTickAtDumpStart":"1"}')
  for (const [name, type, lines] of [
    ['people', 2, PEOPLE],
    ['knows', 3, KNOWS],
  ] as const) {
    const parameters = { name, type, globallyUniqueId: `h/${name}` }
    const structure = `${path}/${stem(name)}.structure.json`
    await writeFile(structure, JSON.stringify({ indexes: [], parameters }))
    await writeFile(`${path}/${stem(name)}.data.json.gz`, gzipSync(`${lines.join('\n')}\n`))
  }
}

function stem(name: string): string {
  return `${name}_${hash('md5', name)}`
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}

function parseLines(bytes: Buffer): Record<string, unknown>[] {
  return bytes.toString().trimEnd().split('\n').map(parse)
}

function parse(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>
}
