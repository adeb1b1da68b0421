import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { structureOf, withFiles, type Files } from '../../support/dump-directory.js'
import { assertFindings } from '../support/assert-findings.js'
import { verifyAll } from '../support/findings-of.js'
import { DATA, GOOD, HASH, line, lines, packed, without } from '../support/good-dump.js'

const EDGE = { [`c_${HASH}.structure.json`]: structureOf('c', { type: 3 }) }

type Row = readonly [title: string, files: Files, expected: readonly string[]]

describe('verifyDirectory without a manifest', () => {
  it('finds nothing in a good dump, and tells what it read', async () => {
    await withFiles(GOOD, async (path) => {
      const { events } = await verifyAll(path)
      const bytes = lines(line('1'), line('2')).length
      assert.deepEqual(events, [
        { kind: 'started', path, hasManifest: false },
        { kind: 'progress', file: `${path}/${DATA}`, readBytes: bytes, totalBytes: bytes },
        {
          kind: 'finished',
          databases: 1,
          collections: 1,
          documents: 2,
          errors: 0,
          warnings: 0,
        },
      ])
    })
  })

  const rows: readonly Row[] = [
    [
      'lines that are no entries, and goes on behind them',
      {
        ...GOOD,
        [DATA]: Buffer.concat([
          Buffer.from(lines('{"_key":"secret"', line('1'), '', '{"_rev":"secret"}')),
          Buffer.from('{"_key":"\xff"}\n', 'latin1'),
          Buffer.from(lines(line('2', { a: 'secret' }), '7')),
        ]),
      },
      [`line ${DATA}:1`, `line ${DATA}:4`, `line ${DATA}:5`, `line ${DATA}:7`],
    ],
    [
      'revisions that are none, and missing ones',
      {
        ...GOOD,
        [DATA]: lines(
          '{"_key":"1","_rev":"?"}',
          '{"_key":"2"}',
          '{"_key":"3","_rev":7}',
          '{"_key":"4","_rev":"GAAAAAAAAAA"}',
          '{"_key":"5","_rev":"715925"}',
        ),
      },
      [
        `revision ${DATA}:1`,
        `revision-missing ${DATA}:2 (warning)`,
        `revision-missing ${DATA}:3 (warning)`,
        `revision ${DATA}:4`,
      ],
    ],
    [
      'keys that come twice, in whatever notation',
      { ...GOOD, [DATA]: lines(line('1'), line('2'), '{"_key":"\\u0031","_rev":"_gzAAAA---"}') },
      [`duplicate-key ${DATA}:3`],
    ],
    [
      'revisions that come twice',
      { ...GOOD, [DATA]: lines(line('1'), line('2', { _rev: '_g1AAAA---' }), line('3')) },
      [`duplicate-revision ${DATA}:2`],
    ],
    [
      'edges without ends',
      {
        ...GOOD,
        ...EDGE,
        [DATA]: lines(
          line('1', { _from: 'a/1', _to: 'b/1' }),
          line('2', { _from: 'a/1' }),
          line('3', { _from: 'a', _to: 'b/1' }),
          line('4', { _from: 'a/1', _to: 5 }),
          line('5', { _from: '/a', _to: 'b/1' }),
          line('6', { _from: 'a/', _to: 'b/1' }),
        ),
      },
      ['2', '3', '4', '5', '6'].map((number) => `edge ${DATA}:${number}`),
    ],
    [
      'a last line without a newline',
      { ...GOOD, [DATA]: lines(line('1')) + line('2') },
      [`line-end ${DATA}:2 (warning)`],
    ],
    [
      'damaged gzip data',
      { ...without(DATA), [`${DATA}.gz`]: gzipSync(lines(line('1'))).subarray(0, -3) },
      [`data-damaged ${DATA}.gz`],
    ],
    [
      'lines of another form than dump.json says, once a file',
      { ...GOOD, [DATA]: lines(`{"type":2300,"data":${line('1')}}`, `{"data":${line('2')}}`) },
      [`data-form ${DATA}:1 (warning)`],
    ],
    [
      'an ENCRYPTION that is none, or of a damaged file',
      { ...GOOD, ENCRYPTION: 'nonf' },
      ['encryption ENCRYPTION'],
    ],
    [
      'encrypted files, into which it does not look',
      { ...GOOD, ENCRYPTION: 'aes-256-ctr', [DATA]: 'ciphertext' },
      ['encryption ENCRYPTION'],
    ],
    ['a dump.json that is missing', without('dump.json'), ['metadata-missing dump.json (warning)']],
    ['a dump.json that is not JSON', { ...GOOD, 'dump.json': '{' }, ['metadata dump.json']],
    ['a dump.json that is no object', { ...GOOD, 'dump.json': '[]' }, ['metadata dump.json']],
    [
      'attributes of dump.json that are of another type',
      {
        ...GOOD,
        'dump.json':
          '{"database":7,"createdAt":"yesterday","lastTickAtDumpStart":7,"useEnvelope":"no","useVPack":1,"properties":[]}',
      },
      Array<string>(6).fill('metadata dump.json'),
    ],
    [
      'a structure file that is not JSON, and says nothing of its data',
      { ...GOOD, [`c_${HASH}.structure.json`]: '{' },
      [`structure c_${HASH}.structure.json`],
    ],
    [
      'a structure file that is no definition, or of another collection',
      { ...GOOD, 'd.structure.json': '{"parameters":{}}', 'e.structure.json': structureOf('f') },
      ['structure d.structure.json', 'structure e.structure.json'],
    ],
    [
      'two structure files of one collection',
      { ...GOOD, 'c.structure.json': structureOf('c') },
      ['structure-repeated c.structure.json'],
    ],
    [
      'a collection without data where others have some',
      { ...GOOD, 'd.structure.json': structureOf('d') },
      ['data-missing d.structure.json'],
    ],
    ['definitions without any data', without(DATA), ['data-missing  (warning)']],
    [
      'data without a definition',
      { ...GOOD, [`lost_${HASH}.data.json.gz`]: gzipSync('') },
      [`data-unclaimed lost_${HASH}.data.json.gz`],
    ],
    [
      'data that other data comes before',
      { ...GOOD, [`${DATA}.gz`]: gzipSync(lines(line('9'))) },
      [`data-left-out ${DATA}.gz (warning)`],
    ],
    [
      'a part that is missing',
      {
        ...without(DATA),
        [`c_${HASH}.0.data.json`]: lines(line('1')),
        [`c_${HASH}.2.data.json`]: lines(line('2')),
      },
      [`part-missing c_${HASH}.1.data.json.gz`],
    ],
    [
      'VelocyPack data where dump.json says otherwise',
      { ...without(DATA), [`c_${HASH}.data.vpack`]: packed(`[${line('1')}]`) },
      [`data-form c_${HASH}.data.vpack`],
    ],
    [
      'views that are none, or whose name does not fit',
      { ...GOOD, 'w.view.json': '{"name":"w"}', 'x.view.json': '{"name":"y","type":"t"}' },
      ['view w.view.json', 'view x.view.json (warning)'],
    ],
    [
      'a newer dump that was begun',
      { ...GOOD, '.tidemark-partial/x': '' },
      ['unfinished  (warning)'],
    ],
  ]
  for (const [title, files, expected] of rows) {
    it(`finds ${title}`, () => assertFindings(files, expected))
  }
})
