import type { MerkleTree } from '../merkle/index.js'
import {
  buildTreeFromStart,
  buildTreeOfDump,
  type DumpedChunk,
  type DumpOptions,
  type Snapshot,
  type SnapshotCollection,
  type SnapshotInventory,
  type TreeOptions,
} from '../replica/index.js'
import type { Tick } from '../values/index.js'
import type { CollectionDefinition, ViewDefinition } from '../wire/index.js'
import { DirectoryError } from './directory-error.js'
import { checkSize } from './dump-file.js'
import type { DumpMetadata } from './dump-metadata.js'
import { isVelocyPackName } from './file-names.js'
import type { DumpedCollection } from './read-collections.js'
import { readDataFile } from './read-data-file.js'

/** What was read of a directory when its snapshot was taken. */
export interface DirectoryContent {
  readonly path: string
  readonly metadata: DumpMetadata | undefined
  readonly collections: readonly DumpedCollection[]
  readonly views: readonly ViewDefinition[]
}

/** A dump directory as a view of a database: the files that were there when it was opened. */
export class DirectorySnapshot implements Snapshot {
  readonly tick: Tick | undefined
  readonly serverId: undefined
  readonly #content: DirectoryContent

  constructor(content: DirectoryContent) {
    this.tick = content.metadata?.tick
    this.#content = content
  }

  inventory(): Promise<SnapshotInventory> {
    const { metadata, collections, views } = this.#content
    return Promise.resolve({
      collections: collections.map(describeCollection),
      views,
      properties: metadata?.properties,
      isCopyUnfinished: false,
    })
  }

  /** @throws DirectoryError when the directory has no such collection */
  dump(collection: CollectionDefinition, options: DumpOptions = {}): AsyncIterable<DumpedChunk> {
    return readFiles(this.#find(collection), options)
  }

  /**
   * Builds the tree from the data files.
   *
   * @throws DirectoryError when the directory has no such collection; DumpFileError, TreeBuildError
   *   when a file cannot be read or is not the one that was seen at first
   */
  async tree(collection: CollectionDefinition, options: TreeOptions): Promise<MerkleTree> {
    const { definition, files } = this.#find(collection)
    const { pool, signal, onProgress } = options
    if (files.some(({ path }) => isVelocyPackName(path))) {
      return buildTreeOfDump(definition, options, () => this.dump(definition, { signal }))
    }
    const paths = files.map(({ path }) => path)
    const tree = await buildTreeFromStart(definition, options, (initialRangeMin) =>
      pool.buildFromFiles(paths, { initialRangeMin, signal, onProgress }),
    )
    for (const file of files) await checkSize(file)
    return tree
  }

  /** Files are open only while they are read, so there is nothing to give back. */
  close(): Promise<void> {
    return Promise.resolve()
  }

  #find({ name }: CollectionDefinition): DumpedCollection {
    const { path, collections } = this.#content
    const found = collections.find(({ definition }) => definition.name === name)
    if (found !== undefined) return found
    throw new DirectoryError(path, `there is no collection "${name}" in it`)
  }
}

async function* readFiles(
  { definition, files }: DumpedCollection,
  { signal }: DumpOptions,
): AsyncGenerator<DumpedChunk> {
  const options = { collection: definition.name, signal }
  for (const file of files) yield* readDataFile(file, options)
}

function describeCollection({ definition, files }: DumpedCollection): SnapshotCollection {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { definition, size: { documents: undefined, bytes }, hasReplacedRevisions: false }
}
