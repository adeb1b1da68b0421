import { join } from 'node:path'
import { lookAtDirectory } from '../list-directory.js'
import { toFinding } from './to-finding.js'
import type { VerifyEvent, VerifyFinding } from './verify-event.js'
import { verifyDump, type DumpSums } from './verify-dump.js'
import { VerifyRun, type VerifyOptions } from './verify-run.js'

/** Findings of one kind in one file that are told one by one. */
const FINDINGS_OF_KIND_MAX = 20

/**
 * Checks the dump of a database, or of all databases, and tells everything that is wrong with it: against
 * its manifest, where it has one, and in any case as far as the files can be checked by themselves. Reads
 * as it is asked for events, in memory that does not grow with the dump.
 *
 * @param path - of the directory; findings name files as this path and their name
 * @throws DirectoryError when the directory cannot be listed, or nothing in it is of a dump; the signal's
 *   reason. What is wrong with files is a finding.
 */
export async function* verifyDirectory(
  path: string,
  options: VerifyOptions = {},
): AsyncGenerator<VerifyEvent> {
  const sums = { databases: 0, collections: 0, documents: 0, errors: 0, warnings: 0 }
  for await (const event of limitFindings(verifyAll(path, new VerifyRun(options), sums))) {
    if (event.kind === 'finding') sums[event.severity === 'error' ? 'errors' : 'warnings'] += 1
    yield event
  }
  yield { kind: 'finished', ...sums }
}

async function* verifyAll(
  path: string,
  run: VerifyRun,
  sums: { databases: number; collections: number; documents: number },
): AsyncGenerator<VerifyEvent> {
  const add = ({ collections, documents }: DumpSums): void => {
    sums.databases += 1
    sums.collections += collections
    sums.documents += documents
  }
  run.signal?.throwIfAborted()
  const listed = await lookAtDirectory(path)
  if (listed.kind === 'unfinished') yield unfinishedFinding(path)
  else if (listed.kind === 'dump')
    add(yield* verifyDump({ directory: path, names: listed.names }, run))
  else {
    for (const name of listed.unfinished) yield unfinishedFinding(join(path, name))
    for (const name of listed.dumps) {
      const directory = join(path, name)
      const inner = await lookAtDirectory(directory)
      if (inner.kind === 'dump') add(yield* verifyDump({ directory, names: inner.names }, run))
    }
  }
}

function unfinishedFinding(file: string): VerifyFinding {
  return toFinding({ code: 'unfinished', file, message: 'a dump into it was not finished' })
}

/** Of many findings of one kind in one file, as each line of a wrong file gives, tells how many there are. */
async function* limitFindings(events: AsyncIterable<VerifyEvent>): AsyncGenerator<VerifyEvent> {
  const counts = new Map<string, { readonly first: VerifyFinding; count: number }>()
  for await (const event of events) {
    if (event.kind === 'finding') {
      const name = `${event.code} ${event.file}`
      const seen = counts.get(name)
      if (seen === undefined) counts.set(name, { first: event, count: 1 })
      else seen.count += 1
      if (seen !== undefined && seen.count > FINDINGS_OF_KIND_MAX) continue
    }
    yield event
  }
  for (const { first, count } of counts.values()) {
    const more = count - FINDINGS_OF_KIND_MAX
    if (more <= 0) continue
    const { severity, file, code } = first
    const message = `${more} further findings of the kind "${code}"`
    yield toFinding({ code: 'more', severity, file, message })
  }
}
