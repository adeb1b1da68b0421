/**
 * Joins the small blocks that a network gives into blocks of at most `blockBytes`, or of one block
 * that is larger, so that fewer chunks come of them.
 */
export async function* gatherBlocks(
  source: AsyncIterable<Buffer>,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of source) {
    if (bytes > 0 && bytes + piece.length > blockBytes) {
      yield Buffer.concat(pieces, bytes)
      pieces = []
      bytes = 0
    }
    pieces.push(piece)
    bytes += piece.length
  }
  if (bytes > 0) yield Buffer.concat(pieces, bytes)
}
