import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDirectory } from '../../lib/directory/index.js'
import { openRemote } from '../../lib/remote/index.js'
import { parseAddress, type Source } from '../../lib/replica/index.js'
import { startLeader } from '../../lib/server/index.js'
import { openStore, openStoreSource, openStoreTarget } from '../../lib/store/index.js'
import { runFullSync } from '../../lib/sync/index.js'

/** Every kind of replica that can be read. */
export const REPLICA_KINDS = ['directory', 'store', 'leader'] as const

/** A kind of replica. */
export type ReplicaKind = (typeof REPLICA_KINDS)[number]

/** Lines of documents by the name of their collection. */
export type ReplicaData = Readonly<Record<string, readonly string[]>>

const DATABASE = 'db'

/** Writes the data as a dump directory. */
async function writeDirectory(path: string, data: ReplicaData, properties: object): Promise<void> {
  await mkdir(path, { recursive: true })
  for (const [name, lines] of Object.entries(data)) {
    const parameters = { name, type: 2, globallyUniqueId: `g/${name}`, ...properties }
    const structure = JSON.stringify({ indexes: [], parameters })
    await writeFile(join(path, `${name}.structure.json`), structure)
    await writeFile(join(path, `${name}.data.json`), lines.map((line) => `${line}\n`).join(''))
  }
}

/**
 * Makes a replica of the data in a directory of its own, opens it, and closes it afterwards.
 *
 * @param properties - of all collections
 */
export async function withReplica<Result>(
  kind: ReplicaKind,
  path: string,
  data: ReplicaData,
  use: (source: Source) => Promise<Result>,
  properties: object = {},
): Promise<Result> {
  const dump = join(path, 'dump')
  await writeDirectory(dump, data, properties)
  if (kind === 'directory') return useSource(await openDirectory(dump), use)
  const directory = join(path, 'store')
  await loadStore(directory, dump)
  if (kind === 'store') return useSource(await openStoreSource(directory, DATABASE), use)
  const store = await openStore(directory, { mode: 'write' })
  try {
    const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
    try {
      const address = parseAddress(`${leader.url}/_db/${DATABASE}`)
      if (address.kind !== 'remote') throw new Error('a leader has a URL')
      return await useSource(openRemote(address, undefined), use)
    } finally {
      await leader.close()
    }
  } finally {
    await store.close()
  }
}

/** Makes two replicas, of any kinds, inside a directory. */
export function withBothReplicas<Result>(
  directory: string,
  kinds: readonly [ReplicaKind, ReplicaKind],
  data: readonly [ReplicaData, ReplicaData],
  use: (a: Source, b: Source) => Promise<Result>,
): Promise<Result> {
  return withReplica(kinds[0], join(directory, 'a'), data[0], (a) =>
    withReplica(kinds[1], join(directory, 'b'), data[1], (b) => use(a, b)),
  )
}

async function loadStore(path: string, dump: string): Promise<void> {
  const target = await openStoreTarget(path, DATABASE)
  try {
    await useSource(await openDirectory(dump), (source) => runFullSync(source, target))
  } finally {
    await target.close()
  }
}

async function useSource<Result>(
  source: Source,
  use: (source: Source) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(source)
  } finally {
    await source.close()
  }
}
