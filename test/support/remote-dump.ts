import type { DumpOptions, Source } from '../../lib/replica/index.js'

/** What reading the first collection of a source gave until it ended or failed. */
export interface RemoteDump {
  readonly text: string
  readonly readBytes: number
  readonly sources: readonly (string | undefined)[]
  readonly error: unknown
}

/** Opens a snapshot, reads the first collection, closes the snapshot. */
export async function dumpFirst(source: Source, options: DumpOptions = {}): Promise<RemoteDump> {
  const snapshot = await source.openSnapshot()
  const blocks: Buffer[] = []
  const sources = new Set<string | undefined>()
  let readBytes = 0
  let error: unknown
  try {
    const [first] = (await snapshot.inventory()).collections
    if (first === undefined) throw new Error('the inventory is empty')
    for await (const dumped of snapshot.dump(first.definition, options)) {
      blocks.push(dumped.chunk.buffer)
      sources.add(dumped.chunk.source)
      readBytes += dumped.readBytes
    }
  } catch (reason) {
    error = reason
  } finally {
    await snapshot.close()
  }
  return { text: Buffer.concat(blocks).toString(), readBytes, sources: [...sources], error }
}
