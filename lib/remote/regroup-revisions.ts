/**
 * Cuts and joins blocks of revisions into blocks of one length; only the last may be shorter. A
 * source is asked for its next block when it is needed.
 *
 * @param source - closed on early return
 */
export async function* regroupRevisions(
  source: AsyncIterable<BigUint64Array> | Iterable<BigUint64Array>,
  length: number,
): AsyncGenerator<BigUint64Array> {
  let open = new BigUint64Array(length)
  let filled = 0
  for await (const block of source) {
    for (let offset = 0; offset < block.length;) {
      const piece = block.subarray(offset, offset + length - filled)
      open.set(piece, filled)
      filled += piece.length
      offset += piece.length
      if (filled < length) continue
      yield open
      open = new BigUint64Array(length)
      filled = 0
    }
  }
  if (filled > 0) yield open.subarray(0, filled)
}
