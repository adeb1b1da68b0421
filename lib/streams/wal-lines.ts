import {
  parseMarkerLine,
  UnknownMarkerError,
  type Marker,
  type UnknownMarker,
} from '../wire/index.js'
import { createObjectTransform, type ObjectTransform } from './object-transform.js'

const BLANK = /^[ \t\r\n]*$/

/** How {@link createWalParser} reads. */
export interface WalParserOptions {
  /** The file or URL of the lines, for errors. */
  readonly source?: string | undefined
  /**
   * What becomes of a marker of a type that is not known: `keep` lets it through with its bytes,
   * `refuse` ends the stream with an {@link UnknownMarkerError}. Default: `keep`.
   */
  readonly unknownTypes?: 'keep' | 'refuse' | undefined
  /** Called for each marker of a type that is not known, before it is let through. */
  readonly onUnknown?: ((marker: UnknownMarker) => void) | undefined
}

/**
 * Makes a Transform that parses the lines of a tail, one marker a line, in order; blank lines are
 * left out.
 *
 * @returns string or Buffer in, {@link Marker} out; emits {@link MarkerLineError}, and
 *   {@link UnknownMarkerError} where asked to
 */
export function createWalParser({
  source,
  unknownTypes = 'keep',
  onUnknown,
}: WalParserOptions = {}): ObjectTransform<string | Buffer, Marker> {
  let lineNumber = 0
  return createObjectTransform(function* (line: string | Buffer) {
    lineNumber += 1
    if (BLANK.test(line.toString('latin1'))) return
    const bytes = typeof line === 'string' ? Buffer.from(line) : line
    const marker = parseMarkerLine(bytes, { lineNumber, source })
    if (marker.kind === 'unknown') {
      if (unknownTypes === 'refuse') throw new UnknownMarkerError(marker)
      onUnknown?.(marker)
    }
    yield marker
  })
}
