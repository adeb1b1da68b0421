import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createPatchWriter } from '../../../lib/sync/index.js'
import { parsePatchHeader } from '../../../lib/sync/patch/patch-header.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { definitionOf, differ, SIDES, writePatch } from './patch-support.js'

describe('createPatchWriter()', () => {
  const { at } = useTemporaryDirectory()

  async function linesOfPatch(): Promise<string[]> {
    const [first = '', ...lines] = (await readFile(at('patch'), 'utf8')).trimEnd().split('\n')
    assert.equal(typeof parsePatchHeader(first), 'object')
    return lines
  }

  it('writes each kind of difference as what makes B equal A', async () => {
    const made = definitionOf('new', {
      type: 3,
      indexes: [{ type: 'hash', fields: ['x'], id: '7' }],
    })
    const totals = await writePatch(at('patch'), [
      differ.different('c', 'k', '{"_key":"k","n":1.0}', '{"_key":"k","n":2}'),
      differ.onlyInA('c', 'l', '{ "_key": "l" }'),
      differ.onlyInB('c', 'm', '{"_id":"c/m","_key":"m","_rev":"_abc"}'),
      differ.onlyInB('d', 'ö"', String.raw`{"_key":"ö\"","_rev":7}`),
      differ.collectionOnlyInB(definitionOf('old')),
      differ.collectionOnlyInA(
        made,
        ['{"_key":"1"}', '{"type":2300,"data":{"_key":"2", "x":9007199254740993}}'],
        ['', '{"tick":"5","type":2301,"key":"3","rev":"_a","data":{"_key":"3"}}'],
      ),
    ])
    const lines = await linesOfPatch()
    assert.deepEqual(lines, [
      '{"type":2300,"cname":"c","data":{"_key":"k","n":1.0}}',
      '{"type":2300,"cname":"c","data":{ "_key": "l" }}',
      '{"type":2302,"cname":"c","data":{"_key":"m","_rev":"_abc"}}',
      String.raw`{"type":2302,"cname":"d","data":{"_key":"ö\""}}`,
      '{"type":2001,"cname":"old"}',
      '{"type":2000,"cname":"new","data":{"parameters":' +
        '{"name":"new","type":3,"globallyUniqueId":"g/new"},' +
        '"indexes":[{"type":"hash","fields":["x"],"id":"7"}]}}',
      '{"type":2300,"cname":"new","data":{"_key":"1"}}',
      '{"type":2300,"cname":"new","data":{"_key":"2", "x":9007199254740993}}',
      '{"type":2300,"cname":"new","data":{"_key":"3"}}',
    ])
    const bytes = Buffer.byteLength(lines.map((line) => `${line}\n`).join(''))
    assert.deepEqual(totals, { made: 1, dropped: 1, removals: 2, documents: 5, bytes })
  })

  it('removes a document first that has the very revision of another content', async () => {
    const totals = await writePatch(at('patch'), [
      differ.different('c', 'k', '{"_key":"k","_rev":"_a","n":1}', '{"_key":"k","_rev":"_a"}'),
      differ.different('c', 'l', '{"_key":"l","_rev":"_a","n":1}', '{"_key":"l","_rev":"_b"}'),
      differ.different('c', 'm', '{"_key":"m","n":1}', '{"_key":"m"}'),
    ])
    assert.deepEqual([totals.removals, totals.documents], [1, 3])
    assert.deepEqual((await linesOfPatch()).slice(0, 2), [
      '{"type":2302,"cname":"c","data":{"_key":"k","_rev":"_a"}}',
      '{"type":2300,"cname":"c","data":{"_key":"k","_rev":"_a","n":1}}',
    ])
  })

  it('says in the first line what it is and how much follows', async () => {
    await writePatch(at('patch'), [differ.onlyInB('c', 'm', '{"_key":"m"}')])
    const text = await readFile(at('patch'), 'utf8')
    const header = parsePatchHeader(text.slice(0, text.indexOf('\n')))
    assert.ok(typeof header === 'object')
    assert.deepEqual([header.makes, header.equalTo], [SIDES.b, SIDES.a])
    assert.equal(header.totals.bytes, text.length - text.indexOf('\n') - 1)
    assert.equal(header.totals.removals, 1)
  })

  it('writes the first line alone where nothing differs', async () => {
    const totals = await writePatch(at('patch'), [])
    assert.deepEqual(totals, { made: 0, dropped: 0, removals: 0, documents: 0, bytes: 0 })
    assert.deepEqual(await linesOfPatch(), [])
  })

  it('gives every patch an id of its own', async () => {
    const ids = new Set<string>()
    for (const name of ['one', 'two']) {
      await writePatch(at(name), [])
      const header = parsePatchHeader(await readFile(at(name), 'utf8'))
      ids.add(typeof header === 'object' ? header.id : '')
    }
    assert.equal(ids.size, 2)
  })

  it('copies what it is given, and writes documents larger than its block', async () => {
    const texts = [10, 700_000, 3_000_000, 400_000, 20].map(
      (length, index) => `{"_key":"${index}","text":"${'x'.repeat(length)}"}`,
    )
    const writer = await createPatchWriter(at('patch'), SIDES)
    for (const [index, text] of texts.entries()) {
      const a = Buffer.from(text)
      await writer.write({ kind: 'onlyInA', collection: 'c', key: String(index), a })
      a.fill(0)
    }
    const { bytes } = await writer.finish()
    const lines = await linesOfPatch()
    assert.deepEqual(
      lines,
      texts.map((text) => `{"type":2300,"cname":"c","data":${text}}`),
    )
    assert.equal(bytes, lines.join('\n').length + 1)
  })

  it('keeps a document on one line', async () => {
    await writePatch(at('patch'), [differ.onlyInA('c', 'k', '{\n  "_key": "k"\n}')])
    assert.deepEqual(await linesOfPatch(), ['{"type":2300,"cname":"c","data":{   "_key": "k" }}'])
  })

  it('is seen under its name only when it is complete', async () => {
    await writeFile(at('patch'), 'old')
    const writer = await createPatchWriter(at('patch'), SIDES)
    await writer.write(differ.onlyInA('c', 'k', '{"_key":"k"}'))
    assert.equal(await readFile(at('patch'), 'utf8'), 'old')
    await writer.finish()
    assert.equal((await linesOfPatch()).length, 1)
    assert.deepEqual(await readdir(at('.')), ['patch'])
  })

  it('leaves nothing behind when it is abandoned', async () => {
    await writeFile(at('patch'), 'old')
    const writer = await createPatchWriter(at('patch'), SIDES)
    await writer.write(differ.onlyInA('c', 'k', `{"_key":"k","t":"${'x'.repeat(2e6)}"}`))
    await writer.abandon()
    assert.equal(await readFile(at('patch'), 'utf8'), 'old')
    assert.deepEqual(await readdir(at('.')), ['patch'])
  })

  it('does not give the name once it is told to stop', async () => {
    const writer = await createPatchWriter(at('patch'), SIDES)
    const stop = new Error('stop')
    await assert.rejects(writer.finish(AbortSignal.abort(stop)), stop)
    await writer.abandon()
    assert.deepEqual(await readdir(at('.')), [])
  })

  it('refuses a place that cannot be written to at once', async () => {
    await assert.rejects(createPatchWriter(at('no/patch'), SIDES), { code: 'ERR_OUTPUT_FILE' })
    await assert.rejects(createPatchWriter(at('.'), SIDES), { code: 'ERR_OUTPUT_FILE' })
  })

  it('refuses a removal among the documents of a collection, without showing it', async () => {
    const writer = await createPatchWriter(at('patch'), SIDES)
    const removal = '{"type":2302,"data":{"_key":"secret"}}'
    const write = writer.write(
      differ.collectionOnlyInA(definitionOf('n'), ['{"_key":"1"}', removal]),
    )
    await assert.rejects(write, (error: Error) => {
      assert.equal(
        error.message,
        'Cannot read dump line 2 of a dump (from byte 13): it is a removal; ' +
          'load the dump into a store first',
      )
      return true
    })
    await writer.abandon()
  })

  it('reads a collection as it writes it', async () => {
    const text = 'x'.repeat(2_000_000)
    const definition = definitionOf('n')
    const base = differ.collectionOnlyInA(definition, [`{"_key":"1","t":"${text}"}`])
    assert.equal(base.kind, 'collectionOnlyInA')
    const writer = await createPatchWriter(at('patch'), SIDES)
    const [growing] = await readdir(at('.'))
    const { size } = await stat(at(growing ?? ''))
    await writer.write({
      ...base,
      async *documents() {
        yield* base.documents()
        // Asked for the next chunk, it must have written the one before.
        assert.ok((await stat(at(growing ?? ''))).size > size + text.length)
      },
    })
    assert.equal((await writer.finish()).documents, 1)
  })
})
