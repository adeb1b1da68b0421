import assert from 'node:assert/strict'
import { ENDPOINTS } from '../../../lib/server/routes.js'
import { assertError } from '../support/ask.js'
import { valueOf } from '../support/documents.js'
import { HostileLeader } from './hostile-leader.js'

const DEPTH = 100_000
const MILLION = 1_000_000

function nested(open: string, close: string): string {
  return open.repeat(DEPTH) + close.repeat(DEPTH)
}

describe('hostile bodies', () => {
  let leader: HostileLeader

  before(async () => {
    leader = await HostileLeader.start()
  })

  afterEach(() => leader.assertWell())

  after(() => leader.close())

  const withBody = ENDPOINTS.filter(({ about }) =>
    about.parameters.some(({ place }) => place === 'body'),
  )
  for (const { method, path, about } of withBody) {
    it(`${method} ${path} refuses what is nested without an end`, async () => {
      const url = path
        .replace(/:collection/, 'c')
        .replace(/:name/, 'c')
        .replace(/:\w+/g, 'k')
      const names = about.parameters.filter(({ place }) => place === 'body').map(({ name }) => name)
      const deep = nested('[', ']')
      const attributes = names.filter((name) => name !== '').map((name) => `"${name}":${deep}`)
      const objects = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`
      for (const body of [deep, objects, '['.repeat(DEPTH), `{${attributes[0] ?? ''}}`]) {
        const { status } = await leader.send(method, `${url}?collection=c&batchId=1`, body)
        assert.ok((status >= 400 && status < 500) || isHarmless(path, status), String(status))
      }
    })
  }

  /** Unknown attributes are passed over, and arrays with what is refused are answered as a whole. */
  function isHarmless(path: string, status: number): boolean {
    return status === 501 || (status < 300 && /document|properties|batch/.test(path))
  }

  it('of a million attributes are kept as they came', async () => {
    const attributes = Array.from({ length: MILLION }, (_, index) => `"k${index}":0`)
    const text = `{"_key":"million",${attributes.join(',')}}`
    assert.equal((await leader.send('POST', '/_api/document/c', text)).status, 202)
    const { status, body } = await leader.send('GET', '/_api/document/c/million')
    assert.equal(status, 200)
    assert.ok(body.toString().endsWith(`,${attributes.slice(-1)[0] ?? ''}}`))
    const settings = `{"name":"x",${attributes.slice(0, MILLION / 20).join(',')}}`
    assert.equal((await leader.send('PUT', '/_api/collection/c/properties', settings)).status, 200)
    const long = `{${attributes.slice(0, MILLION / 5).join(',')}}`
    assertError(await leader.send('POST', '/_api/collection', long), 413, 413)
  }).timeout(20_000)

  it('of a million documents are too many', async () => {
    const text = `[${'1,'.repeat(MILLION)}1]`
    assertError(await leader.send('POST', '/_api/document/c', text), 413, 413)
    assertError(await leader.send('DELETE', '/_api/document/c', text), 413, 413)
  })

  it('with attributes of JavaScript are documents as others', async () => {
    const attributes = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
    const text = `{"_key":"proto",${attributes}}`
    assert.equal((await leader.send('POST', '/_api/document/c', text)).status, 202)
    const patch = '{"__proto__":{"more":2},"toString":3}'
    assert.equal((await leader.send('PATCH', '/_api/document/c/proto', patch)).status, 202)
    const { body } = await leader.send('GET', '/_api/document/c/proto')
    assert.ok(body.toString().includes('"__proto__":{"polluted":1,"more":2}'), body.toString())
    assert.ok(body.toString().includes('"constructor":{"prototype":{"polluted":1}}'))
    assert.ok(body.toString().includes('"toString":3'))
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  it('with attributes of JavaScript give nothing that was not given', async () => {
    const given = '{"__proto__":{"name":"given","isSystem":true},"constructor":{"name":"x"}}'
    assertError(await leader.send('POST', '/_api/collection', given), 400, 10)
    assertError(await leader.send('POST', '/_api/database', given), 400, 10)
    assertError(await leader.send('POST', '/_api/index?collection=c', given), 400, 10)
    const named =
      '{"name":"named","__proto__":{"waitForSync":true},"keyOptions":{"__proto__":{"type":"uuid"}}}'
    const made = await leader.send('POST', '/_api/collection', named)
    assert.equal(made.status, 200)
    const { waitForSync, keyOptions } = valueOf(made)
    assert.equal(waitForSync, false)
    assert.equal((keyOptions as Record<string, unknown>)['type'], 'traditional')
  })

  it('with indexes named as in JavaScript are listed', async () => {
    for (const name of ['__proto__', 'constructor']) {
      const index = { type: 'persistent', fields: [name], name }
      const { status } = await leader.send(
        'POST',
        '/_api/index?collection=c',
        JSON.stringify(index),
      )
      assert.equal(status, 201)
      assert.equal((await leader.send('GET', `/_api/index/c/${name}`)).status, 200)
    }
    const { indexes } = valueOf(await leader.send('GET', '/_api/index?collection=c'))
    const names = (indexes as { name: string }[]).map(({ name }) => name)
    assert.ok(names.includes('__proto__') && names.includes('constructor'))
  })
})
