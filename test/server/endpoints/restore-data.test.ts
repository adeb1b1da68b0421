import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeRevision, parseRevision } from '../../../lib/values/index.js'
import { assertError } from '../support/ask.js'
import { countOf, makeCollection, restOf } from '../support/imports.js'
import { askRestore, LINES, messageOf, VELOCYPACK, velocyPack } from '../support/restore.js'
import { startTestLeader, type TestLeader } from '../support/test-leader.js'

const DONE = { result: true }

describe('PUT restore-data', () => {
  let test: TestLeader
  let made = 0

  before(async () => {
    test = await startTestLeader()
  })

  after(() => test.close())

  async function newCollection(type: 2 | 3 = 2): ReturnType<typeof makeCollection> {
    made += 1
    return makeCollection(test.store, `c${made}`, type)
  }

  /** Sends a body that is taken. */
  async function restore(
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = LINES,
  ): Promise<void> {
    const reply = await askRestore(
      test,
      `restore-data?collection=c${made}&force=false`,
      body,
      headers,
    )
    assert.equal(reply.status, 200, reply.body.toString())
    assert.deepEqual(JSON.parse(reply.body.toString()), DONE)
  }

  function refuse(
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = LINES,
  ): ReturnType<typeof askRestore> {
    return askRestore(test, `restore-data?collection=c${made}`, body, headers)
  }

  it('takes all forms of lines, blank ones among them, and the last one without an end', async () => {
    const collection = await newCollection()
    const lines = [
      '',
      '{"_key":"bare","_id":"other/bare","_rev":"_fTLMP5y---","a":1.0}',
      '{"type":2300,"data":{"_key":"enveloped","n":12345678901234567890}}',
      ' \r',
      '{"tick":"7","type":2300,"key":"documented","rev":"_fTLMP5y---","data":{"_key":"documented"}}',
      '{"data":{"b":[],"_key":"last"},"type":2300}',
    ]
    await restore(lines.join('\n'))
    assert.equal(countOf(test.store, collection.definition.name), 4)
    assert.equal(restOf(test.store, collection, 'bare'), '{"a":1.0}')
    assert.equal(restOf(test.store, collection, 'enveloped'), '{"n":12345678901234567890}')
    assert.equal(restOf(test.store, collection, 'documented'), '{}')
    assert.equal(restOf(test.store, collection, 'last'), '{"b":[]}')
  })

  it('makes revisions and ids anew, also for edges', async () => {
    const collection = await newCollection(3)
    const before = test.store.lastTick
    await restore(
      '{"_rev":"_fTLMP5y---","_to":"b/2","_id":"x/e","_key":"e","_from":"a/1","_rev":"z"}\n',
    )
    const { revision, text } = test.store.document(collection, 'e') ?? {}
    assert.ok(revision !== undefined && revision > before)
    assert.notEqual(revision, decodeRevision('_fTLMP5y---'))
    const document = JSON.parse(String(text)) as Record<string, string>
    assert.equal(parseRevision(document['_rev'] ?? ''), revision)
    assert.equal(String(text).split('_rev').length, 2)
    const { _rev, ...rest } = document
    assert.deepEqual(rest, { _key: 'e', _id: `c${made}/e`, _from: 'a/1', _to: 'b/2' })
  })

  it('replaces what has the key, and removes, in the order of the lines', async () => {
    const collection = await newCollection()
    await restore('{"_key":"a","old":1}\n{"_key":"b"}\n{"_key":"c"}\n')
    await restore(
      [
        '{"_key":"a","new":2}',
        '{"type":2302,"data":{"_key":"b","_rev":"_fTLMP5y---"}}',
        '{"type":2302,"key":"c"}',
        '{"type":2302,"data":{"_key":"never"}}',
        '{"type":2300,"data":{"_key":"c","again":true}}',
        '{"_key":"d"}',
        '{"type":2302,"data":{"_key":"d"}}',
      ].join('\n'),
    )
    const rest = ['a', 'b', 'c', 'd'].map((key) => restOf(test.store, collection, key))
    assert.deepEqual(rest, ['{"new":2}', undefined, '{"again":true}', undefined])
  })

  it('keeps keys where keys are only made, and those of counted keys count', async () => {
    made += 1
    const keyOptions = { type: 'autoincrement', allowUserKeys: false }
    const collection = await test.store.createCollection(test.system, {
      name: `c${made}`,
      type: 2,
      parameters: { keyOptions },
    })
    await restore('{"_key":"41"}\n{"_key":"name"}\n')
    assert.deepEqual((await test.store.insert(collection, '{}')).key, '42')
    assert.equal(countOf(test.store, `c${made}`), 3)
  })

  it('takes an empty body for nothing', async () => {
    await newCollection()
    await restore('')
    await restore('\n')
    await restore(velocyPack('[]'), VELOCYPACK)
    assert.equal(countOf(test.store, `c${made}`), 0)
  })

  it('takes VelocyPack, with exact numbers', async () => {
    const collection = await newCollection()
    const rest = '{"u":18446744073709551615,"i":-9223372036854775808,"d":0.1,"t":"ü"}'
    await restore(velocyPack(`[{"_key":"a",${rest.slice(1)},{"_key":"b"}]`), VELOCYPACK)
    assert.equal(restOf(test.store, collection, 'a'), rest)
    assert.equal(restOf(test.store, collection, 'b'), '{}')
  })

  it('writes what it is given, whatever documents there are', async () => {
    const collection = await newCollection()
    const documents = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'ü'), fc.jsonValue()), {
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(documents, fc.boolean(), async (values, isPacked) => {
        const texts = values.map((value, index) => JSON.stringify({ _key: `k${index}`, ...value }))
        if (isPacked) await restore(velocyPack(`[${texts.join()}]`), VELOCYPACK)
        else await restore(texts.join('\n'))
        for (const [index, value] of values.entries()) {
          const rest = restOf(test.store, collection, `k${index}`) ?? ''
          assert.deepEqual(JSON.parse(rest), JSON.parse(JSON.stringify(value)))
        }
      }),
      { numRuns: 15 },
    )
  })

  it('takes several bodies of one collection at one time', async () => {
    await newCollection()
    const bodies = Array.from({ length: 6 }, (_, body) =>
      Array.from({ length: 300 }, (_line, index) => `{"_key":"k${body * 250 + index}"}`).join('\n'),
    )
    await Promise.all(bodies.map((body) => restore(body)))
    assert.equal(countOf(test.store, `c${made}`), 5 * 250 + 300)
  })

  const bad: readonly (readonly [string, string])[] = [
    ['no JSON', '{"_key":"b"'],
    ['text behind an object', '{"_key":"b"} x'],
    ['no object', '[{"_key":"b"}]'],
    ['no key', '{"a":1}'],
    ['a key that is no text', '{"_key":7}'],
    ['an envelope without a document', '{"type":2300,"key":"b"}'],
    ['an envelope of another type', '{"type":2200,"data":{"_key":"b"}}'],
    ['a removal without a key', '{"type":2302,"data":{}}'],
  ]
  for (const [what, line] of bad) {
    it(`names the line that has ${what}, shows nothing of it, and writes none of its batch`, async () => {
      await newCollection()
      const reply = await refuse(`\n{"_key":"a"}\n${line}\n{"_key":"secret"}\n`)
      assertError(reply, 400, 600)
      assert.match(messageOf(reply), new RegExp(`^Cannot restore line 3 into "c${made}": `))
      assert.doesNotMatch(messageOf(reply), /secret|\{/)
      assert.equal(countOf(test.store, `c${made}`), 0)
    })
  }

  it('names the line with bytes that are not UTF-8', async () => {
    await newCollection()
    const bytes = Buffer.concat([Buffer.from('{"_key":"a"}\n{"_key":"b","t":"'), Buffer.of(0xff)])
    const reply = await refuse(Buffer.concat([bytes, Buffer.from('"}\n')]))
    assertError(reply, 400, 600)
    assert.match(messageOf(reply), /line 2 .*UTF-8/)
  })

  it('names the document of an array that is none', async () => {
    await newCollection()
    for (const item of ['7', '{"a":1}', '[]', '{"_key":""}']) {
      const reply = await refuse(velocyPack(`[{"_key":"a"},${item}]`), VELOCYPACK)
      assertError(reply, 400, 600)
      assert.match(messageOf(reply), /^Cannot restore document 2 into /)
    }
  })

  it('takes the number of a collection in the id of a document', async () => {
    const collection = await newCollection()
    const document = '14 10 31 41 61 33 f3 01 00 00 00 00 00 00 00 02'.replaceAll(' ', '')
    await restore(Buffer.from(`0212${document}`, 'hex'), VELOCYPACK)
    assert.equal(restOf(test.store, collection, 'a'), '{}')
  })

  it('refuses VelocyPack that is no array, and what is none', async () => {
    await newCollection()
    assertError(await refuse(velocyPack('{"_key":"a"}'), VELOCYPACK), 400, 10)
    assertError(await refuse(Buffer.of(0), VELOCYPACK), 400, 600)
    assertError(await refuse('', VELOCYPACK), 400, 600)
    assertError(await refuse(velocyPack('[{"_key":"a"}]').subarray(0, -1), VELOCYPACK), 400, 600)
    const binary = Buffer.from('02050341624162', 'hex')
    assertError(await refuse(binary, VELOCYPACK), 400, 600)
    assert.equal(countOf(test.store, `c${made}`), 0)
  })

  it('refuses documents that cannot be, names their line, and undoes their batch', async () => {
    const collection = await newCollection()
    const unique = { type: 'persistent', fields: ['u'], unique: true, name: 'u', id: '77' }
    await test.store.createIndex(collection, unique)
    await restore('{"_key":"one","u":1}\n')
    const conflict = await refuse('{"_key":"two","u":2}\n{"_key":"three","u":1}\n')
    assertError(conflict, 409, 1210)
    assert.match(messageOf(conflict), /line 2 .*unique constraint violated/)
    assertError(await refuse('{"_key":"a/b"}\n'), 400, 1221)
    assert.equal(countOf(test.store, `c${made}`), 1)
    // In place of itself, and of what goes before.
    await restore('{"_key":"one","u":1,"again":1}\n')
    await restore('{"type":2302,"key":"one"}\n{"_key":"three","u":1}\n')
    assert.equal(restOf(test.store, collection, 'three'), '{"u":1}')
  })

  it('keeps the batches before a bad line, since nothing is held whole', async () => {
    await newCollection()
    const lines = Array.from({ length: 2500 }, (_, index) => `{"_key":"k${index}"}`)
    const reply = await refuse([...lines, 'x'].join('\n'))
    assertError(reply, 400, 600)
    assert.match(messageOf(reply), /line 2501 /)
    assert.equal(countOf(test.store, `c${made}`), 2000)
  })
})
