import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NameFinder } from '../../lib/wire/name-finder.js'

const NAMES = ['db', 'tid', 'cid', 'tick', 'type', '_key', 'database'] as const
const finder = new NameFinder(NAMES)

/** What the finder says of a name as it stands between quotes, with other text around it. */
function find(content: string): string | undefined {
  const bytes = Buffer.from(`{"${content}":0}`)
  return finder.find(bytes, 2, bytes.length - 4)
}

describe('NameFinder', () => {
  it('find() knows its names in every spelling', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.array(fc.boolean()), (name, escapes) => {
        const spelled = name.split(/(?=.)/).map((letter, index) => {
          return escapes[index] === true ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter
        })
        assert.equal(find(spelled.join('')), name)
      }),
    )
  })

  it('find() knows no other name', () => {
    const known: readonly string[] = NAMES
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(!known.includes(name))
        assert.equal(find(JSON.stringify(name).slice(1, -1)), undefined)
      }),
    )
    for (const name of ['', 'd', 'dbs', 'bd', 'tie', 'toString', 'databasE', '\\n', 't\\u0069']) {
      assert.equal(find(name), undefined)
    }
  })
})
