const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * Takes line ends out of a JSON text, so that it becomes one line: where there are any, all white space
 * between values goes; else the bytes stay as they are.
 */
export function compactJson(json: Buffer): Buffer {
  if (!json.includes(NEWLINE) && !json.includes(RETURN)) return json
  const compact = Buffer.allocUnsafeSlow(json.length)
  let bytes = 0
  let isText = false
  for (let offset = 0; offset < json.length; offset += 1) {
    const byte = json[offset] as number
    if (byte === QUOTE) isText = !isText
    if (!isText && byte <= SPACE) continue
    compact[bytes] = byte
    bytes += 1
    if (isText && byte === BACKSLASH) {
      offset += 1
      compact[bytes] = json[offset] as number
      bytes += 1
    }
  }
  return compact.subarray(0, bytes)
}
