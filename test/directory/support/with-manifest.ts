import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { formatManifest, MANIFEST_FILE, type Manifest } from '../../../lib/directory/manifest.js'
import { buildTree } from '../../../lib/merkle/index.js'
import { parseRevision } from '../../../lib/values/index.js'

/** Writes the manifest of what lies in a directory of hashed names, told of the files alone. */
export async function writeManifest(
  path: string,
  changes: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<void> {
  const names = (await readdir(path)).filter((name) => name !== MANIFEST_FILE).sort()
  const files = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(path, name))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return { name, bytes: bytes.length, sha256 }
    }),
  )
  const structures = names.filter((name) => name.endsWith('.structure.json'))
  const collections = await Promise.all(structures.map((name) => describe(path, name, names)))
  const manifest: Manifest = {
    database: 'shop',
    serverId: undefined,
    tick: undefined,
    format: '3.12',
    useEnvelope: false,
    useVPack: false,
    files,
    collections,
  }
  await writeFile(join(path, MANIFEST_FILE), formatManifest(changes(manifest)))
}

async function describe(path: string, structure: string, names: readonly string[]) {
  const name = structure.replace(/(?:_[0-9a-f]{32})?\.structure\.json$/, '')
  const data = names.filter((file) => file.startsWith(`${name}_`) && file.includes('.data.json'))
  let text = ''
  for (const file of data) {
    const bytes = await readFile(join(path, file))
    text += (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  }
  const revisions = [...text.matchAll(/"_rev":"([^"]+)"/g)].map(([, rev = '']) =>
    parseRevision(rev),
  )
  const { count, hash } = await buildTree(BigUint64Array.from(revisions), {
    workers: 0,
    initialRangeMin: 0n,
  })
  const tree = { count, hash }
  return { name, structure, data, documents: revisions.length, removals: 0, tree }
}
