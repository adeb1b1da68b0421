import assert from 'node:assert/strict'
import { assertError } from '../support/ask.js'
import {
  askImport,
  countOf,
  countsOf,
  makeCollection,
  NOTHING,
  restOf,
} from '../support/imports.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

describe('POST /_api/import', () => {
  let test: TestLeader
  let made = 0

  before(async () => {
    test = await startTestLeader()
  })

  after(() => test.close())

  /** Makes a collection and imports into it. */
  async function imported(query: string, body: string | Buffer, type: 2 | 3 = 2) {
    made += 1
    const collection = await makeCollection(test.store, `c${made}`, type)
    const reply = await askImport(test, `c${made}&${query}`, body)
    return {
      name: `c${made}`,
      reply,
      counts: countsOf(reply),
      rest: (key: string) => restOf(test.store, collection, key),
      count: () => countOf(test.store, `c${made}`),
    }
  }

  describe('forms', () => {
    it('takes one document a line, with line feeds of both kinds and empty lines', async () => {
      const body = '{"_key":"a","n":1}\r\n\r\n {"_key":"b"} \n\n{"_key":"c","s":"\\n"}'
      const { reply, counts, rest } = await imported('type=documents', body)
      assert.equal(reply.status, 201)
      assert.deepEqual(counts, { ...NOTHING, created: 3, empty: 2 })
      assert.deepEqual([rest('a'), rest('b'), rest('c')], ['{"n":1}', '{}', '{"s":"\\n"}'])
    })

    for (const type of ['array', 'list', 'auto']) {
      it(`takes an array of documents as ${type}`, async () => {
        const body = ' [ {"_key":"a","t":"],[{\\""},\n{"_key":"b","v":[[1,2],{"x":[]}]} ]\r\n'
        const { reply, counts, rest } = await imported(`type=${type}`, body)
        assert.equal(reply.status, 201)
        assert.deepEqual(counts, { ...NOTHING, created: 2 })
        assert.equal(rest('a'), '{"t":"],[{\\""}')
        assert.equal(rest('b'), '{"v":[[1,2],{"x":[]}]}')
      })
    }

    it('takes lines as auto, and counts the empty ones before the first', async () => {
      const { counts } = await imported('type=auto', '\n \r\n{"_key":"a"}\n')
      assert.deepEqual(counts, { ...NOTHING, created: 1, empty: 2 })
    })

    for (const query of ['type=', 'details=undefined']) {
      it(`takes names and lines of values with "${query}"`, async () => {
        const body = '["_key", "a b","\\u006e"]\r\n["x",  "y", 1e2]\r\n\r\n["z",{"o":[]},null]'
        const { counts, rest } = await imported(query, body)
        assert.deepEqual(counts, { ...NOTHING, created: 2, empty: 1 })
        assert.equal(rest('x'), '{"a b":"y","\\u006e":1e2}')
        assert.equal(rest('z'), '{"a b":{"o":[]},"\\u006e":null}')
      })
    }

    it('takes a body of nothing', async () => {
      const lines = await imported('type=documents', '')
      assert.deepEqual(lines.counts, NOTHING)
      assert.deepEqual((await imported('type=auto', ' \n')).counts, { ...NOTHING, empty: 1 })
      assert.deepEqual((await imported('type=list', '[ ]')).counts, NOTHING)
      assertError((await imported('type=list', '')).reply, 400, 600)
      assertError((await imported('', '')).reply, 400, 10)
    })

    it('keeps numbers and the order of attributes as they came', async () => {
      const rest = '"z":12345678901234567890.10,"a":-0.0,"__proto__":{"1":1,"0":0}'
      for (const [type, body] of [
        ['documents', `{${rest},"_key":"k"}`],
        ['array', `[{${rest},"_key":"k"}]`],
      ] as const) {
        assert.equal((await imported(`type=${type}`, body)).rest('k'), `{${rest}}`)
      }
    })

    it('makes keys where there are none', async () => {
      const { counts, count } = await imported('type=documents', '{}\n{}\n{"n":1}\n')
      assert.equal(counts['created'], 3)
      assert.equal(count(), 3)
    })

    it('writes more than a transaction holds, and all of them in their order', async () => {
      const lines = Array.from({ length: 2500 }, (_, index) => `{"_key":"k${index}"}`)
      const { counts, count, name } = await imported('type=documents', lines.join('\n'))
      assert.deepEqual(counts, { ...NOTHING, created: 2500 })
      assert.equal(count(), 2500)
      const array = await imported('type=auto', `[${lines.join()}]`)
      assert.deepEqual(array.counts, { ...NOTHING, created: 2500 })
      assert.notEqual(array.name, name)
    })
  })

  describe('refused documents', () => {
    it('counts them, and goes on', async () => {
      const body = '{"_key":"a"}\n{"_key":"a"}\n{"_key":"/"}\n[]\n{"n":\n{"_key":"b"}\n'
      const { reply, counts, count } = await imported('type=documents&details=true', body)
      assert.equal(reply.status, 201)
      const { details, ...rest } = counts
      assert.deepEqual(rest, { ...NOTHING, created: 2, errors: 4 })
      const positions = (details as string[]).map((text) => text.split(':')[0])
      assert.deepEqual(
        positions,
        [2, 3, 4, 5].map((position) => `at position ${position}`),
      )
      assert.match((details as string[])[0] ?? '', /unique constraint violated - in index primary/)
      assert.equal(count(), 2)
    })

    it('gives no reasons unless they are asked for', async () => {
      const { counts } = await imported('type=list&details=false', '[{"_key":1},2]')
      assert.deepEqual(counts, { ...NOTHING, errors: 2 })
    })

    it('gives the reasons of a thousand, and how many more there are', async () => {
      const { counts } = await imported('type=list&details=true', `[${'1,'.repeat(1004)}1]`)
      const details = counts['details'] as string[]
      assert.equal(counts['errors'], 1005)
      assert.equal(details.length, 1001)
      assert.equal(details.at(-1), 'and 5 more')
    })

    it('says nothing of what is in them', async () => {
      const secret = 'geheim'
      const body = `{"_key":"/","s":"${secret}"}\n${secret}\n{"_key":"${secret} "}`
      const { reply } = await imported('type=documents&details=true', body)
      assert.equal(countsOf(reply)['errors'], 3)
      assert.ok(!reply.body.includes(secret))
    })

    it('refuses lines of other lengths than the names, unless told', async () => {
      const body = '["_key","n"]\n["a",1]\n["b"]\n["c",1,2]\n{"_key":"d"}\n'
      const strict = await imported('details=true', body)
      const { details, ...rest } = strict.counts
      assert.deepEqual(rest, { ...NOTHING, created: 1, errors: 3 })
      assert.match((details as string[])[0] ?? '', /position 3: the line has 1 values for 2 names/)
      const lenient = await imported('ignoreMissing=true', body)
      assert.deepEqual(lenient.counts, { ...NOTHING, created: 3, errors: 1 })
      assert.deepEqual([lenient.rest('b'), lenient.rest('c')], ['{}', '{"n":1}'])
    })

    it('refuses edges without their ends', async () => {
      const body = '{"_from":"a/1","_to":"a/2"}\n{"_from":"a/1"}\n{"_from":"1","_to":"a/2"}'
      const { counts } = await imported('type=documents', body, 3)
      assert.deepEqual(counts, { ...NOTHING, created: 1, errors: 2 })
    })

    for (const [what, body] of [
      ['no array', '{}'],
      ['no bracket at the end', '[{"_key":"a"},{"_key":"b"}'],
      ['something behind it', '[{"_key":"a"}] x'],
      ['a comma at the end', '[{"_key":"a"},]'],
      ['nothing between commas', '[{"_key":"a"},,{}]'],
      ['a wrong bracket', '[{"_key":"a"},{"_key":"b"}}'],
      ['a value that is no JSON', '[{"_key":"a"},{n:1},{"_key":"b"}]'],
      ['a text that does not end', '[{"_key":"a"},"x]'],
      ['a control character', '[{"_key":"a"},\u0001]'],
    ] as const) {
      it(`answers an array with ${what} with 400, and keeps what came before`, async () => {
        const { reply, count } = await imported('type=list', body)
        assertError(reply, 400, 600)
        assert.equal(count(), what === 'no array' ? 0 : 1)
      })
    }

    for (const header of ['{"_key":1}', '["_key",1]', '["a","\\u0061"]', '["a"', '["a"] x']) {
      it(`answers names of the form ${header} with 400`, async () => {
        assertError((await imported('', `${header}\n["x"]`)).reply, 400, 10)
      })
    }
  })

  describe('parameters', () => {
    const before = '{"_key":"a","n":1}\n'
    const body = '{"_key":"a","m":2}\n{"_key":"b"}\n'

    for (const [query, expected, rest] of [
      ['', { created: 1, errors: 1 }, '{"n":1}'],
      ['&onDuplicate=error', { created: 1, errors: 1 }, '{"n":1}'],
      ['&onDuplicate=other', { created: 1, errors: 1 }, '{"n":1}'],
      ['&onDuplicate=update', { created: 1, updated: 1 }, '{"n":1,"m":2}'],
      ['&onDuplicate=replace', { created: 1, updated: 1 }, '{"m":2}'],
      ['&onDuplicate=ignore', { created: 1, ignored: 1 }, '{"n":1}'],
      ['&overwrite=true', { created: 2 }, '{"m":2}'],
      ['&overwrite=yes&waitForSync=1', { created: 2 }, '{"m":2}'],
    ] as const) {
      it(`looks at "${query}"`, async () => {
        const first = await imported('type=documents', before)
        const reply = await askImport(test, `${first.name}&type=documents${query}`, body)
        assert.deepEqual(countsOf(reply), { ...NOTHING, ...expected })
        assert.equal(first.rest('a'), rest)
      })
    }

    it('writes all or nothing with complete', async () => {
      const first = await imported('type=documents', before)
      const query = `${first.name}&type=documents&complete=true`
      assertError(await askImport(test, query, '{"_key":"b"}\n{"_key":"a"}\n{}'), 409, 1210)
      assertError(await askImport(test, query, '{"_key":"b"}\n{"_key":"/"}\n'), 409, 1221)
      assertError(await askImport(test, `${first.name}&type=list&complete=1`, '[{},x]'), 400, 600)
      assertError(await askImport(test, `${first.name}&type=list&complete=1`, '[{}'), 400, 600)
      assert.equal(first.count(), 1)
      const done = await askImport(test, query, '{"_key":"b"}\n\n{}')
      assert.deepEqual(countsOf(done), { ...NOTHING, created: 2, empty: 1 })
    })

    it('empties a collection with complete only where the import is done', async () => {
      const first = await imported('type=documents', before)
      const query = `${first.name}&type=documents&complete=true&overwrite=true`
      assertError(await askImport(test, query, '{"_key":"b"}\n{"_key":"b"}\n'), 409, 1210)
      assertError(await askImport(test, query, '{"_key":"b"}\n{"_key":"/"}\n'), 409, 1221)
      assert.equal(first.count(), 1)
      assert.equal(first.rest('a'), '{"n":1}')
      const done = await askImport(test, query, '{"_key":"b"}\n')
      assert.deepEqual(countsOf(done), { ...NOTHING, created: 1 })
      assert.equal(first.count(), 1)
      assert.equal(first.rest('b'), '{}')
      assert.deepEqual(countsOf(await askImport(test, query, '')), NOTHING)
      assert.equal(first.count(), 0)
    })

    for (const [onDuplicate, expected] of [
      ['error', { created: 1, errors: 1 }],
      ['replace', { created: 1, errors: 1 }],
      ['ignore', { created: 1, ignored: 1 }],
    ] as const) {
      it(`takes values that a unique index refuses for duplicates with ${onDuplicate}`, async () => {
        const first = await imported('type=documents', '{"_key":"a","u":1}')
        const collection = test.store.collection(test.system, first.name)
        assert.ok(collection !== undefined)
        const index = { type: 'persistent', fields: ['u'], unique: true }
        await test.store.createIndex(collection, index)
        const query = `${first.name}&type=documents&onDuplicate=${onDuplicate}`
        const reply = await askImport(test, query, '{"_key":"b","u":1}\n{"_key":"c","u":2}\n')
        assert.deepEqual(countsOf(reply), { ...NOTHING, ...expected })
        assert.equal(first.rest('b'), undefined)
      })
    }

    it('does not empty a collection for a body without names', async () => {
      const first = await imported('type=documents', before)
      assertError(await askImport(test, `${first.name}&overwrite=true`, 'x\n'), 400, 10)
      assert.equal(first.count(), 1)
    })

    it('puts names of collections before the ends of edges', async () => {
      const lines = [
        '{"_key":"a","_from":"1","_to":"2"}',
        '{"_key":"b","_to":"x/2","_from":3}',
        '{"_key":"c","\\u005ffrom":"x/\\u0031","_to":"2"}',
      ]
      const query = 'type=documents&fromPrefix=f&toPrefix=t/'
      const kept = await imported(query, lines.join('\n'), 3)
      assert.deepEqual(
        ['a', 'b', 'c'].map((key) => kept.rest(key)),
        [
          '{"_from":"f/1","_to":"t/2"}',
          '{"_from":"f/3","_to":"x/2"}',
          '{"_from":"x/\\u0031","_to":"t/2"}',
        ],
      )
      const forced = await imported(`${query}&overwriteCollectionPrefix=true`, lines.join('\n'), 3)
      assert.deepEqual(
        ['b', 'c'].map((key) => forced.rest(key)),
        ['{"_from":"f/3","_to":"t/2"}', '{"_from":"f/1","_to":"t/2"}'],
      )
      const documents = await imported(query, lines[0] ?? '')
      assert.equal(documents.rest('a'), '{"_from":"1","_to":"2"}')
      const broken = await imported(query, '{"_from":"1"', 3)
      assert.deepEqual(broken.counts, { ...NOTHING, errors: 1 })
    })

    it('answers what is not there, or cannot be', async () => {
      assertError(await askImport(test, 'none&type=documents', '{}'), 404, 1203)
      assertError(await askImport(test, '&type=documents', '{}'), 400, 1204)
      const { name } = await imported('type=documents', '')
      assertError(await askImport(test, `${name}&type=csv`, '{}'), 400, 10)
      assertError(await askImport(test, `${name}&type=toString`, '{}'), 400, 10)
      const velocypack = { 'content-type': 'application/x-velocypack' }
      assertError(await askImport(test, `${name}&type=list`, Buffer.of(1), velocypack), 501, 9)
    })
  })
})
