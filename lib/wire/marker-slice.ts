import type { LinePlace } from './dump-line-error.js'
import { formatMarkerLine } from './format-marker.js'
import { MarkerLineError } from './marker-line-error.js'
import { parseMarkerLine } from './marker-line.js'
import type { Marker, MarkerForm } from './marker.js'
import { JsonWriter } from './velocypack/json-writer.js'
import { VelocyPackError } from './velocypack/velocypack-error.js'
import { VelocyPackWriter } from './velocypack/velocypack-writer.js'

/**
 * Reads one marker in VelocyPack, as servers from 3.11.12 on send them one after the other without
 * separators. Its `data` is then the JSON text of the value, compact; a memory of its own.
 *
 * @param place - which value of the stream it is, for the error
 * @param writer - for a stream of markers, one for all of them
 * @throws {@link MarkerLineError} when the value breaks the format, has no JSON form or is no marker
 */
export function parseMarkerSlice(
  slice: Buffer,
  place: LinePlace = { lineNumber: 1 },
  writer: JsonWriter = new JsonWriter(),
): Marker {
  return parseMarkerLine(Buffer.from(writeJson(slice, place, writer)), place)
}

function writeJson(slice: Buffer, place: LinePlace, writer: JsonWriter): Buffer {
  try {
    return writer.write(slice)
  } catch (error) {
    if (!(error instanceof VelocyPackError)) throw error
    const reason = `${error.reason} (byte ${error.offset} of the value)`
    throw new MarkerLineError(reason, place, { cause: error })
  }
}

/**
 * Writes a marker in VelocyPack: the inverse of {@link parseMarkerSlice}.
 *
 * @param writer - for many markers, one for all of them
 * @throws VelocyPackError when a text is not Unicode or a number is too large for a double
 */
export function formatMarkerSlice(
  marker: Marker,
  form: MarkerForm = marker.form,
  writer: VelocyPackWriter = new VelocyPackWriter(),
): Buffer {
  return Buffer.from(writer.write(formatMarkerLine(marker, form)))
}
