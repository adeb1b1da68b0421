import assert from 'node:assert/strict'
import type { CountersRow } from '../../../lib/store/catalog.js'
import { eachRow } from '../../../lib/store/each-row.js'
import { IndexValuesReader } from '../../../lib/store/index-values.js'
import type { Tables } from '../../../lib/store/layout.js'
import { META, readRow, rowName } from '../../../lib/store/meta-rows.js'
import { DocumentKey, UniqueKey } from '../../../lib/store/row-keys.js'
import type { UniqueIndex } from '../../../lib/store/unique-index.js'

/** What is enforced in a collection. */
export function enforcedIn({ meta }: Tables, id: number): readonly UniqueIndex[] {
  const counters = readRow(meta, rowName(META.counters, id)) as CountersRow | undefined
  return counters?.uniqueIndexes ?? []
}

/** The rows of an index: digest and `_key` of each. */
export function uniqueRows({ unique }: Tables, number: number): string[] {
  const start = new UniqueKey().set(number, '')
  const end = new UniqueKey().set(number + 1, '')
  const rows = [...unique.getRange({ start, end, values: false })] as Buffer[]
  return rows.map((row) => row.toString('latin1'))
}

/**
 * Checks that the rows of the unique indexes of a collection are those of its documents.
 *
 * @param rows - how many there are to be, all indexes together; undefined for any number
 */
export function checkUnique(tables: Tables, id: number, rows?: number): void {
  const counters = readRow(tables.meta, rowName(META.counters, id)) as CountersRow
  const texts: Buffer[] = []
  tables.documents.reader.take = (bytes, length) =>
    texts.push(Buffer.from(bytes.subarray(0, length)))
  const start = new DocumentKey().set(counters.space, 0, 0)
  const end = new DocumentKey().set(counters.space + 1, 0, 0)
  eachRow(tables.documents.getRange({ start, end }), () => true)
  let count = 0
  for (const index of enforcedIn(tables, id)) {
    const reader = new IndexValuesReader(index)
    const expected = texts.flatMap((text) => {
      const { _key: key } = JSON.parse(text.toString()) as { _key: string }
      const bytes = Buffer.from(key).toString('latin1')
      return [...reader.read(text).digests].map((digest) => digest + bytes)
    })
    assert.deepEqual(uniqueRows(tables, index.number), expected.sort())
    count += expected.length
  }
  if (rows !== undefined) assert.equal(count, rows)
}
