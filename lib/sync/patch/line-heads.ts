import type { EntryChunk } from '../../streams/index.js'
import {
  decodeText,
  DOCUMENT_TYPE,
  JsonSyntaxError,
  REMOVAL_TYPE,
  scanObject,
  skipSpace,
  skipValue,
} from '../../wire/index.js'
import { DROP_TYPE, MAKE_TYPE, type PatchLineType } from './patch-lines.js'

const QUOTE = 0x22
const TYPES: readonly PatchLineType[] = [MAKE_TYPE, DROP_TYPE, DOCUMENT_TYPE, REMOVAL_TYPE]

/** What a line of a patch does, and to which collection. */
export interface LineHead {
  readonly type: PatchLineType
  readonly collection: string
  /** Offset of `data` in the chunk's buffer; -1 where there is none. */
  readonly dataStart: number
}

/** The beginning of a line up to its `data`, for the lines after it that begin with the same bytes. */
interface KnownHead {
  readonly bytes: Buffer
  readonly type: PatchLineType
  readonly collection: string
}

/**
 * Reads what the lines of a patch are about. Lines of one kind and collection begin with the same
 * bytes, so most of them need one comparison and nothing of their documents is looked at.
 */
export class LineHeads {
  #known: KnownHead | undefined

  /** @throws {@link JsonSyntaxError} when the line is none of a patch; its offset is in the buffer */
  read({ buffer, offsets }: EntryChunk, line: number): LineHead {
    const start = offsets[line] as number
    const end = offsets[line + 1] as number
    const known = this.#known
    if (known !== undefined && beginsWith(buffer, start, end, known.bytes)) {
      const { type, collection, bytes } = known
      return { type, collection, dataStart: start + bytes.length }
    }
    const head = scanHead(buffer, start, end)
    const { type, collection, dataStart } = head
    if (head.isDataLast) {
      // A copy: the head would keep the whole chunk in memory.
      this.#known = { bytes: Buffer.from(buffer.subarray(start, dataStart)), type, collection }
    }
    return head
  }
}

function beginsWith(buffer: Buffer, start: number, end: number, head: Buffer): boolean {
  const headEnd = start + head.length
  return headEnd < end && buffer.compare(head, 0, head.length, start, headEnd) === 0
}

interface ScannedHead extends LineHead {
  /** True when type and collection stand before `data`. */
  readonly isDataLast: boolean
}

/** Of a repeated attribute the first counts, as everywhere. */
function scanHead(buffer: Buffer, lineStart: number, end: number): ScannedHead {
  const start = skipSpace(buffer, lineStart, end)
  let typeText: string | undefined
  let collection: string | undefined
  let dataStart = -1
  let isDataLast = false
  const lineEnd = scanObject(buffer, start, end, (nameStart, nameEnd, valueStart) => {
    const valueEnd = skipValue(buffer, valueStart, end, 1)
    const name = decodeText(buffer, nameStart, nameEnd)
    if (name === 'type') {
      typeText ??= buffer.toString('latin1', valueStart, valueEnd)
    } else if (name === 'cname' && buffer[valueStart] === QUOTE) {
      collection ??= decodeText(buffer, valueStart + 1, valueEnd - 1)
    } else if (name === 'data' && dataStart < 0) {
      dataStart = valueStart
      isDataLast = typeText !== undefined && collection !== undefined
    }
    return valueEnd
  })
  if (skipSpace(buffer, lineEnd, end) < end) {
    throw new JsonSyntaxError('text after the end of the object', lineEnd)
  }
  const type = TYPES.find((known) => String(known) === typeText)
  if (type === undefined) {
    throw new JsonSyntaxError(`the type is not ${TYPES.join(', ')}`, start)
  }
  if (collection === undefined || collection === '') {
    throw new JsonSyntaxError('there is no name of a collection, "cname"', start)
  }
  return { type, collection, dataStart, isDataLast }
}
