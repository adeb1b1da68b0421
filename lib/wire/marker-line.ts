import { tick, type Tick } from '../values/index.js'
import { lineSyntaxError, type LinePlace } from './dump-line-error.js'
import { JsonSyntaxError } from './json-syntax-error.js'
import { decodeText } from './json-text.js'
import type { LineSpan } from './line-span.js'
import { MarkerLineError } from './marker-line-error.js'
import { layoutOfType, type MarkerLayout } from './marker-layout.js'
import { MarkerScanner } from './marker-scanner.js'
import { MARKER_TYPE, NO_TRANSACTION } from './marker-type.js'
import type { DocumentMarker, Marker, MarkerHead, MarkerObject, RemovalMarker } from './marker.js'
import { isUtf8Text } from './utf8-text.js'

const ZERO = 0x30
const shared = new MarkerScanner()

/**
 * Reads one line of the log in either of its forms. A marker of a type that is not known is kept, as
 * an {@link UnknownMarker}.
 *
 * @param line - the bytes of the line; white space around the object is allowed
 * @param place - where it came from, for the error
 * @returns the marker; `data` and `bytes` are views into `line`
 * @throws {@link MarkerLineError} when the line is not UTF-8, not JSON, or lacks what a marker of its
 *   type has
 */
export function parseMarkerLine(line: Buffer, place: LinePlace = { lineNumber: 1 }): Marker {
  if (!isUtf8Text(line)) throw new MarkerLineError('it is not UTF-8', place)
  try {
    shared.scan(line, 0, line.length)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw lineSyntaxError(MarkerLineError, error, 0, place)
  }
  return readMarker(line, shared)
}

/** Makes the marker out of what a scanner found in `bytes`. */
export function readMarker(bytes: Buffer, scanner: MarkerScanner): Marker {
  const layout = layoutOfType(scanner.type)
  switch (layout?.shape) {
    case 'document':
      return readDocument(bytes, scanner, layout.type)
    case 'removal':
      return readRemoval(bytes, scanner)
    case 'transaction': {
      const { kind, type } = layout
      const transactionId = readTransactionId(bytes, scanner)
      return { kind, type, ...readHead(bytes, scanner), transactionId }
    }
    case 'definition': {
      const { kind, type } = layout
      const data = readBytes(bytes, scanner.data)
      return { kind, type, ...readObject(bytes, scanner), data }
    }
    default:
      return readRareMarker(bytes, scanner, layout)
  }
}

type RareLayout = Extract<MarkerLayout, { shape: 'create-database' | 'drop-database' | 'end' }>

/** Reads the markers of which a log has few. */
function readRareMarker(
  bytes: Buffer,
  scanner: MarkerScanner,
  layout: RareLayout | undefined,
): Marker {
  const data = readBytes(bytes, scanner.data)
  switch (layout?.shape) {
    case 'create-database': {
      const { createDatabase: type } = MARKER_TYPE
      return { kind: layout.shape, type, ...readHead(bytes, scanner), data }
    }
    case 'drop-database':
      return { kind: layout.shape, type: MARKER_TYPE.dropDatabase, ...readHead(bytes, scanner) }
    case 'end': {
      const { kind, type } = layout
      const said = scanner.data.start < 0 ? undefined : data
      return { kind, type, ...readObject(bytes, scanner), data: said }
    }
    default: {
      const { type, object } = scanner
      const head = readHead(bytes, scanner)
      return { kind: 'unknown', type, ...head, bytes: readBytes(bytes, object) }
    }
  }
}

function readHead(bytes: Buffer, scanner: MarkerScanner): MarkerHead {
  const { form, tick, databaseName, databaseId } = scanner
  return {
    form,
    tick: readTick(bytes, tick),
    databaseName: readText(bytes, databaseName),
    databaseId: readText(bytes, databaseId),
  }
}

function readObject(bytes: Buffer, scanner: MarkerScanner): MarkerObject {
  return {
    ...readHead(bytes, scanner),
    globallyUniqueId: readText(bytes, scanner.globallyUniqueId),
    collectionId: readText(bytes, scanner.collectionId),
    collectionName: readText(bytes, scanner.collectionName),
  }
}

/** Attribute by attribute, as {@link readRemoval}: spreading objects takes five times as long. */
function readDocument(
  bytes: Buffer,
  scanner: MarkerScanner,
  type: DocumentMarker['type'],
): DocumentMarker {
  return {
    kind: 'document',
    type,
    form: scanner.form,
    tick: readTick(bytes, scanner.tick),
    databaseName: readText(bytes, scanner.databaseName),
    databaseId: readText(bytes, scanner.databaseId),
    globallyUniqueId: readText(bytes, scanner.globallyUniqueId),
    collectionId: readText(bytes, scanner.collectionId),
    collectionName: readText(bytes, scanner.collectionName),
    transactionId: readTransactionId(bytes, scanner),
    key: decodeText(bytes, scanner.key.start, scanner.key.end),
    revisionText: readText(bytes, scanner.revision),
    data: readBytes(bytes, scanner.data),
  }
}

function readRemoval(bytes: Buffer, scanner: MarkerScanner): RemovalMarker {
  return {
    kind: 'removal',
    type: MARKER_TYPE.removal,
    form: scanner.form,
    tick: readTick(bytes, scanner.tick),
    databaseName: readText(bytes, scanner.databaseName),
    databaseId: readText(bytes, scanner.databaseId),
    globallyUniqueId: readText(bytes, scanner.globallyUniqueId),
    collectionId: readText(bytes, scanner.collectionId),
    collectionName: readText(bytes, scanner.collectionName),
    transactionId: readTransactionId(bytes, scanner),
    key: decodeText(bytes, scanner.key.start, scanner.key.end),
    revisionText: readText(bytes, scanner.revision),
  }
}

function readTransactionId(bytes: Buffer, { transactionId }: MarkerScanner): Tick {
  // A server before 3.0 may not say that an operation stands alone.
  return transactionId.start < 0 ? NO_TRANSACTION : readTick(bytes, transactionId)
}

/** The scanner has seen that these are the digits of a 64-bit number. */
function readTick(bytes: Buffer, { start, end }: LineSpan): Tick {
  if (end === start + 1) return tick(BigInt((bytes[start] as number) - ZERO))
  return tick(BigInt(bytes.toString('latin1', start, end)))
}

function readText(bytes: Buffer, { start, end }: LineSpan): string | undefined {
  return start < 0 ? undefined : decodeText(bytes, start, end)
}

function readBytes(bytes: Buffer, { start, end }: LineSpan): Buffer {
  return bytes.subarray(start, end)
}
