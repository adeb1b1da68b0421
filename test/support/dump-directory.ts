import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ReplicaNotice, Snapshot, Source } from '../../lib/replica/index.js'
import { openDirectory } from '../../lib/directory/index.js'

/** Files by their path inside a directory. */
export type Files = Readonly<Record<string, string | Buffer>>

/** Makes a directory with these files, hands its path on, and removes it. */
export async function withFiles(files: Files, use: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'tidemark-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), content)
    }
    await use(path)
  } finally {
    await rm(path, { recursive: true })
  }
}

/** The text of a structure file. */
export function structureOf(name: string, parameters: object = {}): string {
  return JSON.stringify({ indexes: [], parameters: { name, type: 2, ...parameters } })
}

/** An open directory, its snapshot, and what it had to say. */
export interface OpenedDirectory {
  readonly source: Source
  readonly snapshot: Snapshot
  readonly notices: readonly ReplicaNotice[]
}

/** Opens a directory and takes its snapshot. */
export async function openSnapshotOf(path: string): Promise<OpenedDirectory> {
  const notices: ReplicaNotice[] = []
  const source = await openDirectory(path)
  source.onNotice = (notice) => notices.push(notice)
  return { source, snapshot: await source.openSnapshot(), notices }
}

/** What a dump of one collection gave until it ended or failed. */
export interface ReadDump {
  readonly text: string
  readonly lineCount: number
  readonly readBytes: number
  readonly error: unknown
}

/** Reads a collection by its name, to the end or the first error. */
export async function readDump(snapshot: Snapshot, name: string): Promise<ReadDump> {
  const { collections } = await snapshot.inventory()
  const found = collections.find(({ definition }) => definition.name === name)
  if (found === undefined) throw new Error(`no collection ${name}`)
  const blocks: Buffer[] = []
  let lineCount = 0
  let readBytes = 0
  let error: unknown
  try {
    for await (const dumped of snapshot.dump(found.definition)) {
      blocks.push(dumped.chunk.buffer)
      lineCount += [...dumped.chunk.entries()].length
      readBytes += dumped.readBytes
    }
  } catch (reason) {
    error = reason
  }
  return { text: Buffer.concat(blocks).toString(), lineCount, readBytes, error }
}
