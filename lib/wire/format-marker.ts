import type { Tick } from '../values/index.js'
import { layoutOfType, type MarkerMember } from './marker-layout.js'
import type { MarkerType } from './marker-type.js'
import type { Marker, MarkerForm, RemovalMarker, UnknownMarker } from './marker.js'

/** A marker of a type that has a place in the table. */
type KnownMarker = Exclude<Marker, UnknownMarker>

const NO_BYTES = Buffer.alloc(0)

/** The JSON line of a marker in three parts, so that large data need not be copied twice. */
export interface MarkerText {
  /** What stands before the data. */
  readonly head: string
  /** The data's own bytes; empty where the marker has none. */
  readonly data: Buffer
  /** What follows the data, the newline included. */
  readonly tail: string
}

/**
 * Writes a marker as a line with its newline: the inverse of {@link parseMarkerLine}. The attributes
 * have the order of the servers' (server notes, section 9); the bytes of data are copied as they are.
 *
 * @param form - which attributes tell the database and the collection; what the marker does not know
 *   of them is left out. It means nothing for a marker of an unknown type.
 */
export function formatMarkerLine(marker: Marker, form: MarkerForm = marker.form): Buffer {
  const { head, data, tail } = formatMarkerText(marker, form)
  return Buffer.concat([Buffer.from(head), data, Buffer.from(tail)])
}

/** As {@link formatMarkerLine}, in parts. */
export function formatMarkerText(marker: Marker, form: MarkerForm = marker.form): MarkerText {
  if (marker.kind === 'unknown') return { head: '', data: marker.bytes, tail: '\n' }
  const data = dataOf(marker) ?? NO_BYTES
  const frame = formatMarkerFrame(marker, form, data.length > 0)
  return { ...frame, data: frame.hasData ? data : NO_BYTES }
}

/** All that a marker of a known type says but for its data. */
export interface MarkerFrame {
  readonly tick: Tick
  readonly type: MarkerType
  readonly databaseName: string | undefined
  readonly databaseId: string | undefined
  readonly globallyUniqueId?: string | undefined
  readonly collectionId?: string | undefined
  readonly collectionName?: string | undefined
  readonly transactionId?: Tick | undefined
}

/** What stands around the data of a marker. */
export interface FrameText extends Pick<MarkerText, 'head' | 'tail'> {
  /** False where the marker has no data, or its type none in that form. */
  readonly hasData: boolean
}

/** Writes what stands around the data of a marker, which begins with its tick in every form. */
export function formatMarkerFrame(
  frame: MarkerFrame,
  form: MarkerForm,
  hasData: boolean,
): FrameText {
  const order = layoutOfType(frame.type)?.order[form]
  if (order === undefined) throw new TypeError(`Cannot write a marker: no type ${frame.type}`)
  const head = `{${formatMembers(frame, order.beforeData)}`
  const tail = formatMembers(frame, order.afterData)
  const isWritten = hasData && order.hasData
  return {
    head: isWritten ? `${head},"data":` : head,
    tail: tail === '' ? '}\n' : `,${tail}}\n`,
    hasData: isWritten,
  }
}

function dataOf(marker: KnownMarker): Buffer | undefined {
  if (marker.kind === 'removal') return removalData(marker)
  return 'data' in marker ? marker.data : undefined
}

function removalData({ key, revisionText }: RemovalMarker): Buffer {
  // A revision that is undefined is left out.
  return Buffer.from(JSON.stringify({ _key: key, _rev: revisionText }))
}

function formatMembers(frame: MarkerFrame, members: readonly MarkerMember[]): string {
  let text = ''
  for (const member of members) {
    const value = formatMember(frame, member)
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}"${member}":${value}`
  }
  return text
}

function formatMember(frame: MarkerFrame, member: MarkerMember): string | undefined {
  switch (member) {
    case 'tick':
      return `"${frame.tick}"`
    case 'type':
      return `${frame.type}`
    case 'tid':
      return frame.transactionId === undefined ? undefined : `"${frame.transactionId}"`
    case 'db':
      return quoted(frame.databaseName)
    case 'database':
      return quoted(frame.databaseId)
    case 'cuid':
      return quoted(frame.globallyUniqueId)
    case 'cid':
      return quoted(frame.collectionId)
    case 'cname':
      return quoted(frame.collectionName)
  }
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text)
}
