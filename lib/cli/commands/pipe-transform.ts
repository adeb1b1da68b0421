import {
  transformChunks,
  type CollectionInfo,
  type TransformedChunk,
  type TransformRunner,
} from '../../streams/index.js'
import type { CommandContext } from '../context.js'
import { UsageError } from '../usage-error.js'
import { withRunner } from '../with-runner.js'
import type { PipeFlags, PipeStage } from './pipe-flags.js'
import { RouteFiles } from './route-files.js'

/**
 * Makes the stage that transforms, none where no transform is asked for, and takes it away again after
 * the work.
 */
export async function withTransformStage(
  context: CommandContext,
  flags: PipeFlags,
  work: (stages: readonly PipeStage[]) => Promise<void>,
): Promise<void> {
  const { routes: directory } = flags
  if (directory !== undefined && flags.transform === undefined) {
    throw new UsageError('Cannot take --routes without --transform: nothing is routed')
  }
  const transform = async (runner: TransformRunner | undefined): Promise<void> => {
    if (runner === undefined) {
      await work([])
      return
    }
    const routes = directory === undefined ? undefined : new RouteFiles(directory)
    const input = { isOver: false }
    try {
      await work([createTransformStage(runner, collectionOf(flags), routes, input)])
      // Where nobody read stdout to its end, not all of stdin was seen.
      if (input.isOver) await routes?.finish(context.signal)
    } finally {
      await routes?.abandon()
    }
  }
  // What is piped need not be the documents of a collection.
  await withRunner(context, flags, transform, { keys: 'optional' })
}

/** What transforms are told of the collection; nothing where it has no name. */
function collectionOf({ collection: name, edge = false }: PipeFlags): CollectionInfo | undefined {
  if (name === undefined) {
    if (edge) throw new UsageError('Cannot take --edge without --collection: it has no name')
    return undefined
  }
  const type = edge ? 'edge' : 'document'
  const isSystem = name.startsWith('_')
  return { database: undefined, name, type, isSystem, parameters: {}, indexes: [] }
}

/** As many chunks are under way as the runner wants, so that its threads have work. */
function createTransformStage(
  runner: TransformRunner,
  collection: CollectionInfo | undefined,
  routes: RouteFiles | undefined,
  input: { isOver: boolean },
): PipeStage {
  return async function* (source) {
    for await (const { chunks, routed } of transformChunks(source, runner, collection)) {
      yield* chunks
      await keepRouted(routed, routes)
    }
    input.isOver = true
  }
}

async function keepRouted(
  routed: TransformedChunk['routed'],
  routes: RouteFiles | undefined,
): Promise<void> {
  for (const [collection, chunks] of routed) {
    if (routes === undefined) {
      throw new UsageError(
        `Cannot send a document to collection "${collection}": --routes DIR takes those of others`,
      )
    }
    await routes.write(collection, chunks)
  }
}
