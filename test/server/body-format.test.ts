import assert from 'node:assert/strict'
import { bodyFormatOf, wantedFormat } from '../../lib/server/body-format.js'

const VELOCYPACK = 'application/x-velocypack'
const JSON_TYPE = 'application/json'

describe('wantedFormat()', () => {
  const rows: readonly (readonly [string | undefined, 'json' | 'velocypack'])[] = [
    [undefined, 'json'],
    ['', 'json'],
    [',,;', 'json'],
    ['*/*', 'json'],
    ['application/*', 'json'],
    ['text/html', 'json'],
    [JSON_TYPE, 'json'],
    [VELOCYPACK, 'velocypack'],
    ['Application/X-VelocyPack', 'velocypack'],
    [` ${VELOCYPACK} ; q=0.1`, 'velocypack'],
    [`${VELOCYPACK};q=0`, 'json'],
    [`${VELOCYPACK};q=0.000`, 'json'],
    [`${VELOCYPACK}, */*`, 'velocypack'],
    [`*/*, ${VELOCYPACK}`, 'velocypack'],
    [`${VELOCYPACK};q=0.5, */*`, 'json'],
    [`${VELOCYPACK};q=0.5, application/*;q=0.4, */*`, 'velocypack'],
    [`${VELOCYPACK}, ${JSON_TYPE}`, 'velocypack'],
    [`${JSON_TYPE}, ${VELOCYPACK}`, 'json'],
    [`${JSON_TYPE};q=0.9,${VELOCYPACK}`, 'velocypack'],
    [`${VELOCYPACK};q=0.9,${JSON_TYPE}`, 'json'],
    [`${VELOCYPACK};q=0.9,${JSON_TYPE};q=0`, 'velocypack'],
    [`${VELOCYPACK};q=0.9,${JSON_TYPE};q=0.1,*/*`, 'velocypack'],
    [`${VELOCYPACK};q=x`, 'velocypack'],
    [`${VELOCYPACK}x`, 'json'],
  ]
  for (const [accept, format] of rows) {
    it(`gives ${format} for ${accept ?? 'no header'}`, () => {
      assert.equal(wantedFormat(accept), format)
    })
  }
})

describe('bodyFormatOf()', () => {
  it('is VelocyPack only where the content type says so', () => {
    assert.equal(bodyFormatOf(VELOCYPACK), 'velocypack')
    assert.equal(bodyFormatOf('APPLICATION/x-velocypack; charset=x'), 'velocypack')
    for (const type of [undefined, '', JSON_TYPE, 'text/plain', `${JSON_TYPE};${VELOCYPACK}`]) {
      assert.equal(bodyFormatOf(type), 'json')
    }
  })
})
