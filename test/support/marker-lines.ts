import type { LogAnswer } from '../../lib/replica/index.js'
import { collectAll } from './streams.js'

/** A line of `wal/tail`: a removal outside transactions. */
export function removalAt(tick: bigint, key = `k${tick}`): string {
  const data = `{"_key":"${key}","_rev":"_a"}`
  return `{"tick":"${tick}","type":2302,"db":"s/p","cuid":"h1/c","tid":"0","data":${data}}`
}

/** Removals at the ticks 10 to 14. */
export const REMOVALS: readonly string[] = Array.from({ length: 5 }, (_, index) =>
  removalAt(BigInt(index + 10)),
)

/** The lines of an answer, without their newlines. */
export async function answeredLines({ chunks }: LogAnswer): Promise<string[]> {
  const all = await collectAll(chunks)
  return all.flatMap((chunk) =>
    Array.from({ length: chunk.lineCount }, (_, index) => chunk.lineBytes(index).toString().trim()),
  )
}
