import assert from 'node:assert/strict'
import { DocumentPacker } from '../../../lib/directory/write/pack-documents.js'
import { WrittenDocuments } from '../../../lib/directory/write/written-documents.js'
import { JsonWriter } from '../../../lib/wire/index.js'
import { chunkOf } from '../../support/chunk.js'
import { linesOf } from '../support/written-dump.js'

function packer(fileBytes?: number): DocumentPacker {
  return new DocumentPacker(new WrittenDocuments(), fileBytes, () => new Error('no removals'))
}

function pack(lines: readonly string[], chunkLines: number, fileBytes?: number): Buffer[] {
  const into = packer(fileBytes)
  const arrays: Buffer[] = []
  for (let first = 0; first < lines.length; first += chunkLines) {
    arrays.push(...into.add(chunkOf(lines.slice(first, first + chunkLines))))
  }
  const rest = into.finish()
  return rest === undefined ? arrays : [...arrays, rest]
}

const textOf = (array: Buffer): string => new JsonWriter().write(array).toString()

describe('DocumentPacker', () => {
  it('makes one empty array of nothing', () => {
    assert.deepEqual(pack([], 1).map(textOf), ['[]'])
  })

  it('keeps documents in their order, of every form, with exact integers', () => {
    const lines = [
      '{"_key":"a","n":9007199254740993,"b":[1,{"c":null}]}',
      '{"type":2300,"data":{"_key":"b","text":"\\u00e9"}}',
    ]
    assert.deepEqual(pack(lines, 2).map(textOf), [
      '[{"_key":"a","n":9007199254740993,"b":[1,{"c":null}]},{"_key":"b","text":"é"}]',
    ])
  })

  it('cuts at the same documents however they come', () => {
    const lines = linesOf(0, 500)
    const expected = pack(lines, lines.length, 4000)
    assert.ok(expected.length > 5)
    for (const chunkLines of [1, 7, 499]) {
      assert.deepEqual(pack(lines, chunkLines, 4000), expected)
    }
    assert.equal(expected.map(textOf).join('').replaceAll('][', ','), `[${lines.join(',')}]`)
  })

  it('makes no empty array after the last document', () => {
    const arrays = pack(linesOf(0, 3), 1, 1)
    assert.equal(arrays.length, 3)
    assert.ok(arrays.every((array) => textOf(array) !== '[]'))
  })

  it('counts the documents whose numbers lose digits', () => {
    const exact = [
      '1.0',
      '-0',
      '-0.0',
      '1e2',
      '0.1',
      '-9223372036854775808',
      '18446744073709551615',
    ]
    const rounded = ['18446744073709551617', '0.1234567890123456789', '[1,12345678901234567890123]']
    const into = packer()
    for (const number of exact) into.add(chunkOf([`{"_key":"a","n":${number}}`])).next()
    assert.equal(into.rounded, 0)
    for (const number of rounded) {
      into.add(chunkOf([`{"_key":"a","n":${number},"m":${number}}`])).next()
    }
    assert.equal(into.rounded, rounded.length)
  })

  it('names the line that VelocyPack cannot hold', () => {
    for (const value of ['1e999', '"\\ud800"']) {
      const chunk = chunkOf([...linesOf(0, 1), `{"_key":"x","v":${value}}`], 'file')
      assert.throws(() => [...packer().add(chunk)], {
        code: 'ERR_DUMP_LINE',
        lineNumber: 2,
        source: 'file',
        reason: /^VelocyPack cannot hold its document: /,
      })
    }
  })

  it('refuses removals and what is no entry', () => {
    const removal = chunkOf(['{"type":2302,"data":{"_key":"a"}}'])
    assert.throws(() => [...packer().add(removal)], /no removals/)
    assert.throws(() => [...packer().add(chunkOf(['[]']))], { code: 'ERR_DUMP_LINE' })
  })
})
