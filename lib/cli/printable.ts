/** What a terminal could take for an order, and what would break the line. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Makes a text fit for one line of a terminal. Names of files and collections come from elsewhere, and
 * must neither break the line nor steer the terminal.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

/** The line of a warning, or of something else that a replica tells. */
export function noticeLine({
  kind,
  message,
}: {
  readonly kind: string
  readonly message: string
}): string {
  return `${kind}: ${printable(message)}\n`
}
