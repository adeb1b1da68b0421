import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readManifest, type Manifest } from '../../lib/directory/index.js'
import { formatManifest } from '../../lib/directory/manifest.js'
import { tick } from '../../lib/values/index.js'

const PATH = 'dump/tidemark.json'
const SHA256 = 'a'.repeat(64)
const MANIFEST: Manifest = {
  database: 'shöp',
  serverId: '42',
  tick: tick(2n ** 63n + 1n),
  format: '3.12',
  useEnvelope: false,
  useVPack: true,
  files: [
    { name: 'a.data.vpack', bytes: 12, sha256: SHA256 },
    { name: 'dump.json', bytes: 0, sha256: SHA256 },
  ],
  collections: [
    {
      name: 'a',
      structure: 'a.structure.json',
      data: ['a.data.vpack'],
      documents: 3,
      removals: 0,
      tree: { count: 3, hash: 2n ** 64n - 1n },
    },
    {
      name: 'b',
      structure: 'b.structure.json',
      data: [],
      documents: 0,
      removals: 2,
      tree: undefined,
    },
  ],
}

/** What is written for a manifest once one of its attributes is another. */
function withAttribute(name: string, value: unknown): string {
  return formatManifest({ ...MANIFEST, [name]: value })
}

describe('formatManifest() and readManifest()', () => {
  it('are the inverse of each other', () => {
    assert.deepEqual(readManifest(formatManifest(MANIFEST), PATH), MANIFEST)
    const bare = { ...MANIFEST, database: undefined, serverId: undefined, tick: undefined }
    assert.deepEqual(readManifest(formatManifest(bare), PATH), bare)
  })

  it('readManifest() finds every change of a single byte', () => {
    const bytes = Buffer.from(formatManifest(MANIFEST))
    const anyChange = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(anyChange, ([offset, mask]) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(offset) ^ mask, offset)
        assert.throws(() => readManifest(changed.toString('latin1'), PATH))
      }),
    )
  })

  it('readManifest() finds every cut, and what is put behind it', () => {
    const text = formatManifest(MANIFEST)
    for (const length of [0, 1, text.length >> 1, text.length - 1]) {
      assert.throws(() => readManifest(text.slice(0, length), PATH), { code: 'ERR_DUMP_FILE' })
    }
    assert.throws(() => readManifest(`${text} `, PATH), { code: 'ERR_DUMP_FILE' })
  })

  it('readManifest() names the file, and says that it is damaged', () => {
    const text = formatManifest(MANIFEST).replace('"documents": 3', '"documents": 4')
    assert.throws(() => readManifest(text, PATH), {
      message:
        'Cannot read dump file "dump/tidemark.json": ' +
        'it is damaged: its content is not what its SHA-256 was made of',
    })
    assert.throws(() => readManifest('no', PATH), /it is not JSON/)
  })

  it('readManifest() refuses what is sealed well but is no manifest', () => {
    const refused: readonly [string, unknown, RegExp][] = [
      ['format', '4.0', /"3.8" or "3.12"/],
      ['useVPack', 'yes', /true or false/],
      ['files', [{ name: 'x', bytes: -1, sha256: SHA256 }], /whole number/],
      ['files', [{ name: 'x', bytes: 1, sha256: 'short' }], /64 hexadecimal digits/],
      ['collections', [{ ...MANIFEST.collections[0], documents: 0.5 }], /whole number/],
    ]
    for (const [name, value, message] of refused) {
      assert.throws(() => readManifest(withAttribute(name, value), PATH), message, name)
    }
  })

  it('readManifest() refuses files outside the directory', () => {
    for (const name of ['..', '.', '../x', '/etc/passwd', 'a/b', 'a\\b', 'a\0b']) {
      const text = withAttribute('files', [{ name, bytes: 1, sha256: SHA256 }])
      assert.throws(() => readManifest(text, PATH), /the name of a file without a path/, name)
      const data = [{ ...MANIFEST.collections[0], data: [name] }]
      assert.throws(
        () => readManifest(withAttribute('collections', data), PATH),
        /the name of a file without a path/,
        name,
      )
    }
  })
})
