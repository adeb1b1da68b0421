import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ReplicationError } from '../core/index.js'
import { readTextFile } from './dump-file.js'
import { MANIFEST_FILE, readManifest, type Manifest } from './manifest.js'

/**
 * Looks whether the files that the manifest of a dump tells of are there, and as long as it says. Without
 * it nobody would miss a collection, or the last part of one. What is in the files is not read.
 *
 * @param names - of what is in the directory
 * @returns what is not so, as warnings; nothing where there is no manifest
 */
export async function* compareWithManifest(
  directory: string,
  names: ReadonlySet<string>,
): AsyncGenerator<string> {
  if (!names.has(MANIFEST_FILE)) return
  const path = join(directory, MANIFEST_FILE)
  let manifest: Manifest
  try {
    manifest = readManifest(await readTextFile(directory, MANIFEST_FILE), path)
  } catch (error) {
    if (!(error instanceof ReplicationError)) throw error
    yield `What "${path}" tells of the dump is not known: ${error.message}`
    return
  }
  for (const { name, bytes } of manifest.files) {
    const file = join(directory, name)
    if (!names.has(name)) {
      yield `There is no "${file}", of which ${MANIFEST_FILE} tells`
      continue
    }
    // Whoever reads it tells of one that cannot be looked at.
    const size = await stat(file).then(
      (status) => status.size,
      () => bytes,
    )
    if (size !== bytes) {
      yield `"${file}" has ${size} bytes, and not ${bytes} as ${MANIFEST_FILE} tells`
    }
  }
}
