/**
 * Joins the small blocks that a network gives into blocks of at least `blockBytes`, but for the last
 * one, so that fewer and larger chunks come of them.
 */
export async function* gatherBlocks(
  source: AsyncIterable<Buffer>,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of source) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes < blockBytes) continue
    yield join(pieces, bytes)
    pieces = []
    bytes = 0
  }
  if (bytes > 0) yield join(pieces, bytes)
}

function join(pieces: readonly Buffer[], bytes: number): Buffer {
  const [first] = pieces
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, bytes)
}
