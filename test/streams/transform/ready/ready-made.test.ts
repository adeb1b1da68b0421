import assert from 'node:assert/strict'
import { READY_MADE } from '../../../../lib/streams/transform/index.js'
import { loadReady, runLines } from '../../../support/ready-made.js'

describe('ready-made transforms', () => {
  it('each tell what they do in one line', () => {
    const names = [
      'filter',
      'flatten',
      'keys',
      'mask',
      'project',
      'pseudonyms',
      'remove',
      'rename',
      'rename-collection',
      'sample',
      'set',
    ]
    assert.deepEqual(Object.keys(READY_MADE).toSorted(), names)
    for (const { about } of Object.values(READY_MADE)) assert.match(about, /^[a-z].{20,100}$/)
  })

  const refused: readonly (readonly [string, string])[] = [
    ['filter', 'there is no expression'],
    ['filter:doc.a >', 'it is no JavaScript expression ('],
    ['filter:return 1', 'it is no JavaScript expression ('],
    ['keys:', 'there is no pattern'],
    ['keys:@/none', 'it does not exist'],
    ['project:', 'Cannot read paths of attributes: there is none'],
    ['project:a b', 'Cannot read "a b" as a path of attributes'],
    ['remove:a..b', 'Cannot read "a..b" as a path of attributes'],
    ['rename:a', 'Cannot read "a": what is expected is a path, an equals sign and a value'],
    ['rename:a=b c=d', 'Cannot read "a=b c=d": what is expected'],
    ['rename:a=b.c', 'a new name is no path'],
    ['set:a', 'Cannot read "a": what is expected'],
    ['set:a=b', 'Cannot read a value: it is not JSON; a text is written in double quotes'],
    ['set:a=9007199254740993', 'Cannot read a value: one of its numbers has more digits'],
    ['set:a={"b":[1e400]}', 'Cannot read a value: one of its numbers has more digits'],
    ['sample:', 'what is expected is a share from 0 to 1'],
    ['sample:half', 'what is expected is a share from 0 to 1'],
    ['sample:1.5', 'Cannot sample a share of 1.5: it must be from 0 to 1'],
    ['sample:0.5,x', 'Cannot read the seed: it must be a whole number of 64 bits'],
    ['sample:0.5,18446744073709551616', 'Cannot read the seed'],
    ['sample:0.5,1,2', 'what is expected is a share from 0 to 1'],
  ]
  for (const [spec, reason] of refused) {
    it(`refuse ${spec}`, async () => {
      await assert.rejects(loadReady(spec), (error: Error & { readonly code?: string }) => {
        assert.equal(error.code, 'ERR_TRANSFORM_SETUP')
        assert.ok(error.message.startsWith('Cannot make the transform "'), error.message)
        assert.ok(error.message.includes(`: ${reason}`), error.message)
        return true
      })
    })
  }

  it('leave the numbers of attributes that they do not touch', async () => {
    const line = '{"_key":"a","big":9007199254740993,"f":1.0,"o":{"x":-0,"y":[1e400]},"s":1}'
    const rows: readonly (readonly [string, string])[] = [
      ['project:big,o', '{"_key":"a","big":9007199254740993,"o":{"x":-0,"y":[1e400]}}'],
      ['remove:s', line.replace(',"s":1', '')],
      ['rename:s=t', line.replace('"s"', '"t"')],
      ['set:s=2', line.replace('"s":1', '"s":2')],
      ['filter:doc.s === 1', line],
      ['keys:a', line],
      ['sample:1', line],
    ]
    for (const [spec, expected] of rows) {
      assert.deepEqual(await runLines([await loadReady(spec)], [line]), [expected], spec)
    }
  })

  it('keep the form of lines, and work one after the other', async () => {
    const specs = [
      'filter:doc.n > 1',
      'project:n,o.x',
      'flatten:_',
      'rename:o_x=x',
      'set:seen=true',
      'remove:n',
    ]
    const transforms = await Promise.all(specs.map(loadReady))
    const lines = [
      '{"_key":"a","n":1}',
      '{"type":2300,"data":{"_key":"b","n":2,"o":{"x":1,"y":2}}}',
      '{"_key":"c","_rev":"r","n":3,"o":{"x":[1]},"z":0}',
    ]
    assert.deepEqual(await runLines(transforms, lines), [
      '{"type":2300,"data":{"_key":"b","x":1,"seen":true}}',
      '{"_key":"c","_rev":"r","x":[1],"seen":true}',
    ])
  })
})
