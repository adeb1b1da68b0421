import {
  createTransformRunner,
  type CollectionInfo,
  type DocumentTransform,
  type TransformCounts,
  type TransformedChunk,
  type TransformOptions,
} from '../../lib/streams/transform/index.js'
import { chunkOf } from './chunk.js'
import { linesOf } from './streams.js'

/** What came out of some lines, without their newlines. */
export interface TransformedLines {
  readonly lines: string[]
  readonly routed: Record<string, string[]>
  readonly counts: TransformCounts
}

/** A collection of which nothing is known but its name. */
export function infoOf(name: string, database = 'shop'): CollectionInfo {
  const isSystem = name.startsWith('_')
  return { database, name, type: 'document', isSystem, parameters: {}, indexes: [] }
}

/** What a chunk became, as text. */
export function textsOf({ chunks, routed }: TransformedChunk): Omit<TransformedLines, 'counts'> {
  const others = [...routed].map(([name, some]) => [name, trimmed(linesOf(some))] as const)
  return { lines: trimmed(linesOf(chunks)), routed: Object.fromEntries(others) }
}

/** Sends one chunk of lines through transforms; a function alone is a transform's document(). */
export async function transformLines(
  lines: readonly string[],
  transforms: DocumentTransform['document'] | readonly DocumentTransform[],
  options: TransformOptions = {},
  info?: CollectionInfo,
): Promise<TransformedLines> {
  const list =
    typeof transforms === 'function' ? [{ name: 'test', document: transforms }] : (transforms ?? [])
  const runner = createTransformRunner(list, options)
  const texts = textsOf(await runner.transform(chunkOf(lines, 'f'), info))
  await runner.close()
  return { ...texts, counts: { ...runner.counts } }
}

function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\n$/, ''))
}
