import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  databaseDirectoryName,
  namesOf,
  viewFileName,
} from '../../../lib/directory/write/written-names.js'
import type { ViewDefinition } from '../../../lib/wire/index.js'
import { definitionOf } from '../support/written-dump.js'

const md5 = (name: string): string => createHash('md5').update(name).digest('hex')

function stemOf(name: string, ids: object): string {
  const { structure } = namesOf(definitionOf(name, ids), 'json')
  assert.ok(structure.endsWith(`_${md5(name)}.structure.json`), structure)
  return structure.slice(0, -`_${md5(name)}.structure.json`.length)
}

function viewOf(name: string, id?: string): ViewDefinition {
  const properties = { name, type: 'arangosearch', ...(id === undefined ? {} : { id }) }
  return { name, type: 'arangosearch', globallyUniqueId: undefined, properties }
}

describe('namesOf()', () => {
  it('keeps traditional names', () => {
    for (const name of ['c', 'C', '_c', 'a-b_c9', 'CON']) {
      assert.equal(stemOf(name, { cid: '5', id: '6' }), name)
    }
  })

  it('replaces other names by the cid, else the id', () => {
    for (const name of ['9c', 'ä', 'a b', 'a.b', '..', '-c', '😀', 'a/b', 'x'.repeat(200)]) {
      assert.equal(stemOf(name, { cid: '5', id: '6' }), '5')
      assert.equal(stemOf(name, { cid: '', id: '6' }), '6')
    }
  })

  it('makes a number of its own, the same each time, where there is no id', () => {
    for (const id of [undefined, 7, '', '../x', '1/2', 'c', '1'.repeat(21)]) {
      const stem = stemOf('ä', { id, cid: id })
      assert.match(stem, /^\d+$/)
      assert.equal(stemOf('ä', { id, cid: id }), stem)
      assert.notEqual(stemOf('ö', { id, cid: id }), stem)
    }
  })

  it('numbers the parts of split data', () => {
    const names = namesOf(definitionOf('c'), 'vpack.gz')
    assert.equal(names.data(undefined), `c_${md5('c')}.data.vpack.gz`)
    assert.equal(names.data(0), `c_${md5('c')}.0.data.vpack.gz`)
    assert.equal(names.data(12), `c_${md5('c')}.12.data.vpack.gz`)
  })
})

describe('viewFileName()', () => {
  it('has no hash', () => {
    assert.equal(viewFileName(viewOf('v', '9'), ['w.view.json']), 'v.view.json')
    assert.equal(viewFileName(viewOf('9v', '9'), []), '9.view.json')
  })

  it('is another one for a name that differs in upper and lower case alone', () => {
    assert.equal(viewFileName(viewOf('V', '9'), ['v.view.json']), '9.view.json')
    const other = viewFileName(viewOf('V', '9'), ['v.view.json', '9.view.json'])
    assert.match(other, /^\d{5,}\.view\.json$/)
    assert.equal(viewFileName(viewOf('V'), ['v.view.json']), other)
  })
})

describe('databaseDirectoryName()', () => {
  it('is the name, or the id', () => {
    assert.equal(databaseDirectoryName('shop', { id: '7' }, []), 'shop')
    assert.equal(databaseDirectoryName('größe', { id: '7' }, ['shop']), '7')
    assert.match(databaseDirectoryName('../up', undefined, []), /^\d+$/)
    assert.equal(databaseDirectoryName('Shop', { id: '7' }, ['shop']), '7')
  })
})
