import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { EntryChunk } from '../../lib/streams/index.js'

/** Cuts bytes at ascending offsets. */
export function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const edges = [0, ...offsets.toSorted((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
}

/** Cuts bytes into blocks of one size. */
export function blocksOf(bytes: Buffer, blockBytes: number): Buffer[] {
  const count = Math.ceil(bytes.length / blockBytes)
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * blockBytes, (index + 1) * blockBytes),
  )
}

/** Sends items through the streams and collects what comes out. */
export async function collect<Item>(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  ...stages: NodeJS.ReadWriteStream[]
): Promise<Item[]> {
  const items: Item[] = []
  const sink = new Writable({
    objectMode: true,
    write(item: Item, _encoding, done) {
      items.push(item)
      done()
    },
  })
  await pipeline([Readable.from(source), ...stages, sink])
  return items
}

/** All items of an async iterable. */
export async function collectAll<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Gives blocks one at a time; an async generator closes when its consumer leaves. */
export async function* asyncBlocks<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

/** The lines of chunks, their newlines included, as text. */
export function linesOf(chunks: readonly EntryChunk[]): string[] {
  return chunks.flatMap(({ buffer, offsets, lineCount }) =>
    Array.from({ length: lineCount }, (_, index) =>
      buffer.toString('utf8', offsets[index], offsets[index + 1]),
    ),
  )
}
