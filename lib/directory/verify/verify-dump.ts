import { MANIFEST_FILE, type Manifest } from '../manifest.js'
import { PARTIAL_DIRECTORY } from '../partial-dump.js'
import { checkCollection } from './check-collection.js'
import { checkStructures, checkViews } from './check-definitions.js'
import { checkListedFiles, checkManifest, type DumpPlace } from './check-listed-files.js'
import { checkEncryptionFile, checkMetadata, type DeclaredForm } from './check-metadata.js'
import { toFinding } from './to-finding.js'
import type { VerifyEvent } from './verify-event.js'
import type { VerifyRun } from './verify-run.js'

/** What was checked of one database. */
export interface DumpSums {
  readonly collections: number
  readonly documents: number
}

/** Checks the dump of one database. */
export async function* verifyDump(
  place: DumpPlace,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent, DumpSums> {
  const { directory, names } = place
  yield { kind: 'started', path: directory, hasManifest: names.has(MANIFEST_FILE) }
  if (names.has(PARTIAL_DIRECTORY)) {
    const message = 'a newer dump into it was begun, and not finished'
    yield toFinding({ code: 'unfinished', severity: 'warning', file: directory, message })
  }
  const manifest = yield* checkManifest(place)
  if (manifest !== undefined) yield* checkListedFiles(place, manifest, run)
  const isReadable = yield* checkEncryptionFile(place)
  const form = yield* checkMetadata(place)
  return isReadable ? yield* checkContent(place, { manifest, form }, run) : NOTHING
}

const NOTHING: DumpSums = { collections: 0, documents: 0 }

async function* checkContent(
  place: DumpPlace,
  { manifest, form }: { readonly manifest: Manifest | undefined; readonly form: DeclaredForm },
  run: VerifyRun,
): AsyncGenerator<VerifyEvent, DumpSums> {
  const { format, useEnvelope } = form
  const known = manifest === undefined ? place : { ...place, names: listedNames(place, manifest) }
  const collections = yield* checkStructures({ ...known, format })
  yield* checkViews(known)
  const files = collections.flatMap((collection) => collection.files)
  run.expect(files.reduce((sum, { bytes }) => sum + bytes, 0))
  let documents = 0
  for (const collection of collections) {
    run.signal?.throwIfAborted()
    const { name } = collection.definition
    const expected = manifest?.collections.find((one) => one.name === name)
    const sums = yield* checkCollection(collection, { listed: expected, useEnvelope }, run)
    documents += sums.documents
  }
  return { collections: collections.length, documents }
}

/** What is not in the manifest was told, and is not looked into. */
function listedNames({ names }: DumpPlace, { files }: Manifest): ReadonlySet<string> {
  return new Set(files.map(({ name }) => name).filter((name) => names.has(name)))
}
