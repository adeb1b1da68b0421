import { unreachable } from '../core/index.js'
import {
  DOCUMENT_TYPE,
  EDGE_COLLECTION,
  EDGE_TYPE,
  type CollectionDefinition,
  type DumpForm,
} from '../wire/index.js'
import { DocumentedFormat } from './documented-format.js'
import { writeDocument, writeEnd, type LineFormat } from './line-format.js'

const END_BYTES = 2
const ENVELOPE = Buffer.from(`{"type":${DOCUMENT_TYPE},"data":`)

const BARE: LineFormat = {
  measure: (_bytes, length) => length + 1,
  write: writeDocument,
}

const ENVELOPED: LineFormat = {
  measure: (_bytes, length) => ENVELOPE.length + length + END_BYTES,
  write(out, at, bytes, length) {
    out.set(ENVELOPE, at)
    writeEnd(out, at + ENVELOPE.length, bytes, length)
  },
}

/**
 * Makes the format of a dump's lines. It runs once for each row of a scan, so it makes no
 * objects.
 *
 * @param lanes - where the scan puts the revision of each row: high and low 32 bits
 */
export function createLineFormat(
  form: DumpForm,
  type: CollectionDefinition['type'],
  lanes: Uint32Array,
): LineFormat {
  switch (form) {
    case 'bare':
      return BARE
    case 'enveloped':
      return ENVELOPED
    case 'documented':
      return new DocumentedFormat(type === EDGE_COLLECTION ? EDGE_TYPE : DOCUMENT_TYPE, lanes)
    default:
      return unreachable(form, 'dump form')
  }
}
