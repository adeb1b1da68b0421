import { basename } from 'node:path'
import { LineTooLongError, type EntryChunk } from '../../streams/index.js'
import { EDGE_COLLECTION, type CollectionDefinition } from '../../wire/index.js'
import { DumpFileError } from '../directory-error.js'
import type { DumpFile } from '../dump-file.js'
import { isVelocyPackName } from '../file-names.js'
import type { ManifestCollection } from '../manifest.js'
import { readDataFile } from '../read-data-file.js'
import { ChunkChecker, type CollectionSums } from './chunk-checker.js'
import { DuplicateFinder } from './duplicate-finder.js'
import { toFinding, type Fault } from './to-finding.js'
import type { VerifyEvent } from './verify-event.js'
import type { VerifyRun } from './verify-run.js'

const NEWLINE = 0x0a

/** A collection whose data is to be checked. */
export interface CheckedCollection {
  readonly definition: CollectionDefinition
  /** Path of its structure file. */
  readonly structure: string
  readonly files: readonly DumpFile[]
}

/** What is said of the data elsewhere. */
export interface DataExpectation {
  /** What the manifest says of the collection. */
  readonly listed: ManifestCollection | undefined
  /** What `dump.json` says of all lines. */
  readonly useEnvelope: boolean | undefined
}

/**
 * Reads the data of a collection, and tells what is wrong with it.
 *
 * @returns what its lines together are
 */
export async function* checkCollection(
  collection: CheckedCollection,
  { listed, useEnvelope }: DataExpectation,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent, CollectionSums> {
  const { fingerprintSlotsMax } = run
  const isEdge = collection.definition.type === EDGE_COLLECTION
  const checker = new ChunkChecker({ isEdge, useEnvelope, fingerprintSlotsMax })
  let isWhole = true
  const check = (chunk: EntryChunk): readonly Fault[] => {
    const faults = checker.check(chunk)
    if (faults.some(({ code }) => code === 'line')) isWhole = false
    return faults
  }
  for (const file of collection.files) {
    for await (const event of readThrough(collection, file, run, check)) {
      if (event.kind === 'finding' && event.severity === 'error') {
        isWhole &&= event.code !== 'data-damaged' && event.code !== 'line'
      }
      yield event
    }
  }
  yield* findDuplicates(collection, checker, run)
  // With lines that cannot be read, counts differ as a matter of course.
  if (listed !== undefined && listed.data.length > 0 && isWhole)
    yield* compare(collection, checker.sums, listed)
  return checker.sums
}

/** Reads one data file, and tells what `check` finds in its chunks and what ends the reading. */
async function* readThrough(
  { definition: { name } }: CheckedCollection,
  file: DumpFile,
  run: VerifyRun,
  check: (chunk: EntryChunk) => readonly Fault[],
): AsyncGenerator<VerifyEvent> {
  const { path } = file
  const { signal } = run
  let lineCount = 0
  let bytesLeft = file.bytes
  let last: number | undefined
  try {
    for await (const { chunk, readBytes } of readDataFile(file, { collection: name, signal })) {
      for (const fault of check(chunk)) yield toFinding(fault)
      lineCount += chunk.lineCount
      last = chunk.buffer[chunk.buffer.length - 1]
      bytesLeft -= readBytes
      yield run.progress(path, readBytes)
    }
    if (bytesLeft > 0) yield run.progress(path, bytesLeft)
  } catch (error) {
    yield toFinding(endingFault(path, lineCount, error))
    return
  }
  if (last === undefined || last === NEWLINE || isVelocyPackName(path)) return
  const message = 'its last line has no newline'
  yield toFinding({ code: 'line-end', severity: 'warning', file: path, line: lineCount, message })
}

/** @throws what is no fault of the file */
function endingFault(file: string, lineCount: number, error: unknown): Fault {
  if (error instanceof DumpFileError) {
    const place = lineCount === 0 ? '' : `; it can be read up to line ${lineCount}`
    return { code: 'data-damaged', file, message: `${error.reason}${place}` }
  }
  if (error instanceof LineTooLongError) {
    const { lineNumber, byteOffset, lineBytesMax } = error
    const message = `it is longer than ${lineBytesMax} bytes`
    return { code: 'line', file, line: lineNumber, byteOffset, message }
  }
  throw error
}

/** Reads on until all parts of the fingerprints were looked at, then once more for what came twice. */
async function* findDuplicates(
  collection: CheckedCollection,
  checker: ChunkChecker,
  run: VerifyRun,
): AsyncGenerator<VerifyEvent> {
  for (let part = 1; part < checker.partCount; part += 1) {
    checker.beginPart(part)
    yield* readAllAgain(collection, run, (chunk) => {
      checker.checkAgain(chunk)
      return []
    })
  }
  const { keys, revisions } = checker.suspects
  if (keys.size + revisions.size === 0) return
  const hasRemovals = checker.sums.removals > 0
  const finder = new DuplicateFinder(checker.suspects, hasRemovals)
  yield* readAllAgain(collection, run, (chunk) => finder.find(chunk))
}

/** What ends the reading of a file was told the first time. */
async function* readAllAgain(
  collection: CheckedCollection,
  run: VerifyRun,
  check: (chunk: EntryChunk) => readonly Fault[],
): AsyncGenerator<VerifyEvent> {
  const { files } = collection
  run.expect(files.reduce((sum, { bytes }) => sum + bytes, 0))
  for (const file of files) {
    for await (const event of readThrough(collection, file, run, check)) {
      if (event.kind !== 'finding' || event.code.startsWith('duplicate')) yield event
    }
  }
}

function* compare(
  { structure, files }: CheckedCollection,
  { documents, removals, treeCount, treeHash }: CollectionSums,
  listed: ManifestCollection,
): Generator<VerifyEvent> {
  const file = files[0]?.path ?? structure
  const rest = files.length > 1 ? ` and the ${files.length - 1} after it` : ''
  if (documents !== listed.documents || removals !== listed.removals) {
    const found = `${documents} documents and ${removals} removals`
    const message = `${basename(file)}${rest}: ${found}, not ${listed.documents} and ${listed.removals} as the manifest says`
    yield toFinding({ code: 'count', file, message })
    return
  }
  const { tree } = listed
  if (tree === undefined || (tree.count === treeCount && tree.hash === treeHash)) return
  const message = `${basename(file)}${rest}: the revisions are not those that the manifest says`
  yield toFinding({ code: 'tree', file, message })
}
