/** Characters at which a piece of text is given away; it can be a part longer. */
const PIECE_LENGTH = 64 * 1024

/** Joins small parts of a text to pieces of about 64 kB, none of them empty. */
export function* gatherText(parts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const part of parts) {
    piece += part
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
