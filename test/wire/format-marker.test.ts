import assert from 'node:assert/strict'
import { tick } from '../../lib/values/index.js'
import { formatMarkerLine, formatMarkerText, parseMarkerLine } from '../../lib/wire/index.js'

describe('formatMarkerLine', () => {
  it('writes the form that is asked for, with what the marker knows', () => {
    const head = { form: 'wal', tick: tick(1n) } as const
    const place = { databaseName: 'd', databaseId: '1', globallyUniqueId: 'h1/2' } as const
    const object = { ...head, ...place, collectionId: '2', collectionName: 'c' }
    const dropped = { kind: 'drop-collection', type: 2001, ...object } as const
    const data = Buffer.from('{"id":"2","name":""}')
    assert.equal(
      formatMarkerLine({ ...dropped, data }).toString(),
      '{"tick":"1","type":2001,"db":"d","cuid":"h1/2"}\n',
    )
    assert.equal(
      formatMarkerLine({ ...dropped, data }, 'logger').toString(),
      '{"tick":"1","type":2001,"database":"1","cuid":"h1/2","cid":"2","cname":"c",' +
        '"data":{"id":"2","name":""}}\n',
    )
    assert.equal(
      formatMarkerLine(
        { ...dropped, collectionName: undefined, data: undefined },
        'logger',
      ).toString(),
      '{"tick":"1","type":2001,"database":"1","cuid":"h1/2","cid":"2"}\n',
    )
  })

  it('leaves a revision out that is not known', () => {
    const line = '{"tick":"1","type":2302,"db":"d","cuid":"c","tid":"0","data":{"_key":"a"}}'
    assert.equal(formatMarkerLine(parseMarkerLine(Buffer.from(line))).toString(), `${line}\n`)
  })

  it('writes what UTF-8 and JSON need escapes for', () => {
    const head = {
      form: 'wal',
      tick: tick(1n),
      databaseName: 'ä"\\',
      databaseId: undefined,
    } as const
    const dropped = formatMarkerLine({ kind: 'drop-database', type: 1101, ...head })
    assert.equal(dropped.toString(), '{"tick":"1","type":1101,"db":"ä\\"\\\\"}\n')
  })
})

describe('formatMarkerText', () => {
  it('gives data as the bytes that the marker has', () => {
    const line = '{"tick":"1","db":"d","cuid":"c","data":{"name":"v"},"type":2110}'
    const marker = parseMarkerLine(Buffer.from(line))
    assert.ok(marker.kind === 'create-view')
    const { head, data, tail } = formatMarkerText(marker)
    assert.equal(data, marker.data)
    assert.deepEqual([head, tail], ['{"tick":"1","db":"d","cuid":"c","data":', ',"type":2110}\n'])
  })

  it('has no data where the marker has none', () => {
    const marker = parseMarkerLine(Buffer.from('{"tick":"1","type":2001,"db":"d"}'))
    const { head, data, tail } = formatMarkerText(marker)
    assert.deepEqual([head, data.length, tail], ['{"tick":"1","type":2001,"db":"d"', 0, '}\n'])
  })
})
