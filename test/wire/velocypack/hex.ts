/** The bytes of a text such as `02 05 31 32 33`. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
}

/** A text such as `02 05 31 32 33` of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** `text` as many times as told, with blanks between. */
export function times(count: number, text: string): string {
  return Array.from({ length: count }, () => text).join(' ')
}
