import {
  buildTreeOfDump,
  type DumpedChunk,
  type DumpOptions,
  type Snapshot,
  type Source,
} from '../replica/index.js'
import { keepFirstAttributes } from '../streams/index.js'
import type { CollectionDefinition } from '../wire/index.js'
import { wrapSource } from './wrap-source.js'

/**
 * A source whose documents have no attribute twice: the first one counts. For old dumps, in which
 * some have; `keepFirstAttributes` tells how.
 */
export function cleanSource(source: Source): Source {
  return wrapSource(source, cleanSnapshot)
}

/** Without `seek`: documents are read as they are dumped alone, so trees are of that too. */
function cleanSnapshot(snapshot: Snapshot): Snapshot {
  const dump = (
    definition: CollectionDefinition,
    options?: DumpOptions,
  ): AsyncIterable<DumpedChunk> => cleanDump(snapshot.dump(definition, options))
  return {
    tick: snapshot.tick,
    serverId: snapshot.serverId,
    inventory: (options) => snapshot.inventory(options),
    dump,
    tree: (definition, options) => {
      const { signal, onTransfer } = options
      return buildTreeOfDump(definition, options, () => dump(definition, { signal, onTransfer }))
    },
    close: () => snapshot.close(),
  }
}

async function* cleanDump(dumped: AsyncIterable<DumpedChunk>): AsyncGenerator<DumpedChunk> {
  for await (const { chunk, readBytes } of dumped) {
    yield { chunk: keepFirstAttributes(chunk), readBytes }
  }
}
