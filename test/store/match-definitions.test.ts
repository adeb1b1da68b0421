import assert from 'node:assert/strict'
import type { TargetCopy } from '../../lib/replica/index.js'
import { parseExactJson } from '../../lib/streams/index.js'
import { definitionOf, keysOf, openFilled, useTarget } from './support/use-target.js'

describe('TargetRepair.change() of a store', () => {
  const { withCopy } = useTarget()

  it('writes nothing when nothing differs but local ids', async () => {
    const more = `,"waitForSync":true,"planId":"5","objectId":"88","path":"/x","status":3,
      "schema":{"rule":{"x":1.0}},"keyOptions":{"type":"padded","lastValue":9007199254740993}`
    const indexes = `[{"id":"0","type":"primary","fields":["_key"]},
      {"id":"n/12","type":"geo","fields":["b"],"geoJson":false},
      {"id":"7","type":"persistent","fields":["a"],"unique":true}]`
    const markers = await withCopy(async (copy, mark) => {
      const repair = await openFilled(copy, { more })
      await mark()
      assert.equal(await repair.change(definitionOf({ more, indexes })), false)
      const elsewhere = more.replaceAll('"5"', '"66"').replace('"88"', '"99"')
      assert.equal(await repair.change(definitionOf({ more: elsewhere })), false)
      assert.equal(await repair.change(definitionOf({ more, guid: 'h1/77' })), false)
    })
    assert.deepEqual(markers, [])
  })

  it('writes nothing when it is told what the target says of itself', async () => {
    const markers = await withCopy(async (copy, mark) => {
      const repair = await openFilled(copy)
      await repair.alignTree?.(77n)
      await mark()
      assert.equal(await repair.change(repair.definition), false)
    })
    assert.deepEqual(markers, [])
  })

  const changes: readonly (readonly [string, string, string])[] = [
    ['a value', ',"waitForSync":false', ',"waitForSync":true'],
    ['the text of a number', ',"schema":{"x":1}', ',"schema":{"x":1.0}'],
    ['a long integer', ',"x":9007199254740993', ',"x":9007199254740992'],
    ['an attribute that came', '', ',"x":null'],
    ['an attribute that went', ',"x":null', ''],
    ['a default that is told', '', ',"schema":{"rule":{}}'],
    ['a default that is told no more', ',"schema":{"rule":{}}', ''],
  ]
  for (const [what, before, after] of changes) {
    it(`changes ${what}, once`, async () => {
      const markers = await withCopy(async (copy, mark) => {
        const repair = await openFilled(copy, { more: before })
        const { id, indexes } = repair.definition
        await mark()
        assert.equal(await repair.change(definitionOf({ more: after })), true)
        assert.equal(await repair.change(definitionOf({ more: after })), false)
        const wanted = definitionOf({ more: after }).parameters
        const { parameters } = repair.definition
        assert.deepEqual(parameters['x'], wanted['x'])
        assert.equal('x' in parameters, 'x' in wanted)
        assert.deepEqual(parameters['schema'], wanted['schema'] ?? null)
        assert.deepEqual(repair.definition.indexes, indexes)
        assert.equal(repair.definition.id, id)
        assert.equal((await keysOf(copy)).length, 5)
      })
      assert.deepEqual(markers, [2003])
    })
  }

  it('makes and drops indexes, and leaves equal ones', async () => {
    const indexes = `[{"id":"9","type":"geo","fields":["b"],"geoJson":true},
      {"id":"20","type":"persistent","fields":["a"],"unique":true},
      {"id":"7","type":"ttl","fields":["c"],"expireAfter":1.5}]`
    const markers = await withCopy(async (copy, mark) => {
      const repair = await openFilled(copy)
      await mark()
      assert.equal(await repair.change(definitionOf({ indexes })), true)
      const there = repair.definition.indexes.map(({ id: _, ...index }) => index)
      const wanted = definitionOf({ indexes }).indexes.map(({ id: _, ...index }) => index)
      assert.deepEqual(
        there.sort((a, b) => String(a['type']).localeCompare(String(b['type']))),
        wanted.sort((a, b) => String(a['type']).localeCompare(String(b['type']))),
      )
      // The equal one kept its id, so that the third got another than the one it asked for.
      const ids = new Map(repair.definition.indexes.map(({ id, type }) => [type, id]))
      assert.equal(ids.get('persistent'), '7')
      assert.equal(ids.get('geo'), '9')
      assert.equal(new Set(ids.values()).size, 3)
      assert.equal(await repair.change(definitionOf({ indexes })), false)
    })
    assert.deepEqual(markers, [2101, 2100, 2100])
  })

  it('drops all indexes, and one of two equal ones', async () => {
    const twice = `[{"id":"7","type":"geo","fields":["b"]},{"id":"8","type":"geo","fields":["b"]}]`
    const once = `[{"id":"8","type":"geo","fields":["b"]}]`
    await withCopy(async (copy) => {
      const repair = await openFilled(copy, { indexes: twice })
      assert.equal(await repair.change(definitionOf({ indexes: once })), true)
      assert.equal(repair.definition.indexes.length, 1)
      assert.equal(await repair.change(definitionOf({ indexes: twice })), true)
      assert.equal(repair.definition.indexes.length, 2)
      assert.equal(await repair.change(definitionOf({ indexes: '[]' })), true)
      assert.deepEqual(repair.definition.indexes, [])
    })
  })
})

describe('TargetCopy.replaceView() of a store', () => {
  const { withCopy } = useTarget()

  const view = (links: string, more = ''): string =>
    `{"name":"v","type":"arangosearch","globallyUniqueId":"h1/9","id":"3","links":${links}${more}}`

  async function replace(copy: TargetCopy, text: string): Promise<void> {
    const properties = parseExactJson(text) as Record<string, string>
    const { name = '', type = '', globallyUniqueId } = properties
    await copy.replaceView({ name, type, globallyUniqueId, properties })
  }

  it('leaves an equal view, but for its local id', async () => {
    const markers = await withCopy(async (copy, mark) => {
      await replace(copy, view('{"n":{"x":1.0}}'))
      await mark()
      await replace(copy, view('{"n":{"x":1.0}}').replace('"3"', '"44"'))
    })
    assert.deepEqual(markers, [])
  })

  it('replaces one that differs, by a property, its name or its globallyUniqueId', async () => {
    for (const changed of [
      view('{"n":{"x":1}}'),
      view('{"n":{"x":1.0}}', ',"more":1'),
      view('{"n":{"x":1.0}}').replace('"v"', '"w"'),
      view('{"n":{"x":1.0}}').replace('h1/9', 'h1/10'),
    ]) {
      const markers = await withCopy(async (copy, mark) => {
        await replace(copy, view('{"n":{"x":1.0}}'))
        await mark()
        await replace(copy, changed)
      })
      assert.deepEqual(markers, [2111, 2110], changed)
      await withCopy((copy) => replace(copy, view('{}')))
    }
  })
})
