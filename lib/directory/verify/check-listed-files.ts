import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { CHUNK_BYTES, describeSystemError } from '../../core/index.js'
import { DumpFileError } from '../directory-error.js'
import { ENCRYPTION_FILE, METADATA_FILE } from '../dump-metadata.js'
import { openDumpFile, readTextFile, type DumpFile } from '../dump-file.js'
import { isOwnName, STRUCTURE_SUFFIX } from '../list-directory.js'
import { MANIFEST_FILE, readManifest, type FileDigest, type Manifest } from '../manifest.js'
import { dataFileStems, VIEW_SUFFIX } from '../read-collections.js'
import { reasonOf } from './reason-of.js'
import { toFinding } from './to-finding.js'
import type { VerifyEvent } from './verify-event.js'
import type { VerifyRun } from './verify-run.js'

/** The dump of one database that is to be checked. */
export interface DumpPlace {
  readonly directory: string
  /** All names in the directory. */
  readonly names: ReadonlySet<string>
}

/**
 * Reads the manifest of a dump.
 *
 * @returns undefined when there is none, or when it is damaged: nothing that it says can be relied on
 */
export async function* checkManifest({
  directory,
  names,
}: DumpPlace): AsyncGenerator<VerifyEvent, Manifest | undefined> {
  if (!names.has(MANIFEST_FILE)) return undefined
  const file = join(directory, MANIFEST_FILE)
  try {
    return readManifest(await readTextFile(directory, MANIFEST_FILE), file)
  } catch (error) {
    yield toFinding({ code: 'manifest-damaged', file, message: reasonOf(error) })
    return undefined
  }
}

/** Compares the files of a dump, whatever is in them, with what its manifest says. */
export async function* checkListedFiles(
  place: DumpPlace,
  manifest: Manifest,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent> {
  const { directory, names } = place
  run.expect(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0))
  for (const listed of manifest.files) {
    run.signal?.throwIfAborted()
    const file = join(directory, listed.name)
    if (names.has(listed.name)) yield* checkListedFile(directory, listed, run)
    else yield toFinding({ code: 'file-missing', file, message: 'it is not there' })
  }
  yield* findExtraFiles(place, new Set(manifest.files.map(({ name }) => name)))
}

async function* checkListedFile(
  directory: string,
  listed: FileDigest,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent> {
  const file = join(directory, listed.name)
  try {
    const opened = await openDumpFile(directory, listed.name)
    if (opened.bytes !== listed.bytes) {
      const message = `it has ${opened.bytes} bytes, not ${listed.bytes} as the manifest says`
      yield toFinding({ code: 'file-size', file, message })
      return
    }
    const sha256 = yield* digest(opened, run)
    if (sha256 === listed.sha256) return
    const message = 'its content is not the one whose SHA-256 the manifest has'
    yield toFinding({ code: 'file-digest', file, message })
  } catch (error) {
    run.signal?.throwIfAborted()
    yield toFinding({ code: 'file-unreadable', file, message: reasonOf(error) })
  }
}

async function* digest(
  { path, bytes }: DumpFile,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent, string> {
  const hash = createHash('sha256')
  const options = { highWaterMark: Math.max(1, Math.min(bytes, CHUNK_BYTES)), signal: run.signal }
  try {
    for await (const block of createReadStream(path, options)) {
      hash.update(block as Buffer)
      yield run.progress(path, (block as Buffer).length)
    }
  } catch (error) {
    throw new DumpFileError(path, describeSystemError(error), { cause: error })
  }
  return hash.digest('hex')
}

/** What a restore would read is an error; whatever else lies about is worth a word. */
function* findExtraFiles(
  { directory, names }: DumpPlace,
  listed: ReadonlySet<string>,
): Generator<VerifyEvent> {
  for (const name of [...names].sort()) {
    if (listed.has(name) || name === MANIFEST_FILE || isOwnName(name)) continue
    const severity = isOfDump(name) ? 'error' : 'warning'
    const message = 'it is not among the files that the manifest says'
    yield toFinding({ code: 'file-extra', severity, file: join(directory, name), message })
  }
}

function isOfDump(name: string): boolean {
  if (name === METADATA_FILE || name === ENCRYPTION_FILE) return true
  if (name.endsWith(STRUCTURE_SUFFIX) || name.endsWith(VIEW_SUFFIX)) return true
  return dataFileStems(name) !== undefined
}
