const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Tells whether bytes are UTF-8. */
export function isUtf8Text(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}
