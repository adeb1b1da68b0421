const BACKSLASH = 0x5c

/** Decodes the JSON string whose content, without its quotes, lies between the offsets. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  let isPlain = true
  let isAscii = true
  for (let offset = start; offset < end; offset += 1) {
    const byte = bytes[offset] as number
    if (byte === BACKSLASH) isPlain = false
    if (byte >= 0x80) isAscii = false
  }
  if (!isPlain) return JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string
  return isAscii ? bytes.toString('latin1', start, end) : bytes.toString('utf8', start, end)
}
