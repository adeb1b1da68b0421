import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { structureOf, withFiles, type Files } from '../../support/dump-directory.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'
import { assertFindings } from '../support/assert-findings.js'
import { verifyAll } from '../support/findings-of.js'
import { DATA, GOOD, HASH, line, lines, packed, without } from '../support/good-dump.js'

describe('verifyDirectory, whole dumps', () => {
  it('finds nothing wrong with other generations of dumps', async () => {
    const removal = '{"type":2302,"data":{"_key":"1"}}'
    const old = (key: string): string =>
      `{"type":2300,"key":"${key}","rev":"${key}","data":{"_key":"${key}","_rev":"${key}"}}`
    const generations: readonly Files[] = [
      { 'c.structure.json': structureOf('c'), 'dump.json': '{}', 'c.data.json': lines(old('1')) },
      { ...GOOD, [`c_${HASH}.structure.json`]: structureOf('c', { deleted: true }) },
      {
        ...without(DATA),
        [`c_${HASH}.0.data.json.gz`]: gzipSync(''),
        [`c_${HASH}.1.data.json`]: '',
      },
      { ...GOOD, [DATA]: lines(line('1').replace('"_rev":"_', '"_rev":"\\u005f')) },
      { ...GOOD, '77.view.json': '{"name":"größer","type":"search-alias"}' },
      {
        ...without(DATA),
        'dump.json': '{"useVPack":true}',
        [`c_${HASH}.data.vpack.gz`]: gzipSync(packed(`[${line('1')}]`)),
      },
    ]
    for (const files of generations) await assertFindings(files, [])
    const history = lines(old('1'), removal, old('2'), old('1'))
    await assertFindings({ ...GOOD, 'dump.json': '{}', [DATA]: history }, [
      `duplicate-key ${DATA}:4 (warning)`,
    ])
  })

  it('finds what comes twice in different parts, however little memory it has', async () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      line(String(10_000 + index), { _rev: `_g${10_000 + index}-A--` }),
    )
    const twice = [
      line('12345', { _rev: '_gz-A---' }),
      line('x', { _rev: '_g14000-A--' }),
      line('10000', { _rev: '_gy-A---' }),
    ]
    const files = {
      ...without(DATA),
      [`c_${HASH}.0.data.json`]: lines(...many),
      [`c_${HASH}.1.data.json.gz`]: gzipSync(lines(...twice)),
    }
    await withFiles(files, async (path) => {
      for (const fingerprintSlotsMax of [1024, undefined]) {
        const { short, findings, finished } = await verifyAll(path, { fingerprintSlotsMax })
        assert.deepEqual(short, [
          `duplicate-key c_${HASH}.1.data.json.gz:1`,
          `duplicate-revision c_${HASH}.1.data.json.gz:2`,
          `duplicate-key c_${HASH}.1.data.json.gz:3`,
        ])
        assert.equal(
          findings[0]?.message,
          `its key is that of line 2346 of "c_${HASH}.0.data.json"`,
        )
        assert.equal(finished.documents, 5003)
      }
    })
  })

  it('tells the first findings of a kind in a file, and how many there are', async () => {
    const files = { ...GOOD, [DATA]: lines(...Array<string>(100).fill('{}')) }
    await withFiles(files, async (path) => {
      const { short, findings } = await verifyAll(path)
      assert.equal(short.length, 21)
      assert.equal(short.at(-1), `more ${DATA}`)
      assert.equal(findings.at(-1)?.message, '80 further findings of the kind "line"')
    })
  })

  it('checks every database of a tree, and names unfinished ones', async () => {
    const tree: Record<string, string | Buffer> = {
      '_system/dump.json': '{}',
      'late/.tidemark-partial/x': '',
      'other/notes.txt': '',
    }
    for (const [name, content] of Object.entries(GOOD)) tree[`77/${name}`] = content
    tree[`77/${DATA}`] = lines(line('1'), '{}')
    await withFiles(tree, async (path) => {
      const { short, finished } = await verifyAll(path)
      assert.deepEqual(short, ['unfinished late', `line 77/${DATA}:2`])
      assert.deepEqual([finished.databases, finished.documents], [2, 1])
    })
  })

  it('tells that a dump is not finished', async () => {
    await withFiles({ '.tidemark-partial/dump.json': '{}' }, async (path) => {
      assert.deepEqual((await verifyAll(path)).short, ['unfinished '])
    })
  })

  it('throws where there is no dump, and when its signal is aborted', async () => {
    await withFiles({ 'notes.txt': '' }, async (path) => {
      await assert.rejects(verifyAll(path), { code: 'ERR_DIRECTORY' })
      await assert.rejects(verifyAll(`${path}/none`), /it does not exist/)
    })
    await withFiles(GOOD, async (path) => {
      const stop = new AbortController()
      stop.abort(new Error('enough'))
      await assert.rejects(verifyAll(path, { signal: stop.signal }), /enough/)
    })
  })
})

describeWithShared('verifyDirectory, real dumps', () => {
  const counts = {
    'fraud-detection': 210,
    'got-family-tree': 740,
    'imdb-people-enveloped': 35_367,
    'itsm-incidents-cluster': 174_426,
    'debian-deps-partial': 55_385,
  }
  for (const [name, documents] of Object.entries(counts)) {
    it(`finds nothing wrong with ${name}`, async () => {
      const { short, finished } = await verifyAll(fileURLToPath(sharedUrl(`datasets/${name}`)))
      assert.deepEqual(short, [])
      assert.equal(finished.documents, documents)
    })
  }
})
