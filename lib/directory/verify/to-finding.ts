import type { FindingCode, VerifyFinding } from './verify-event.js'

const FROM_BACKUP = 'take the file from another copy of the dump, or dump the database again'
const AGAIN = 'dump the collection again; the documents before and after it can be used'
const LOOK = 'look whether the file belongs there, and move it away if not'

/** By kind of finding: what to do about it. */
const ADVICE: Readonly<Record<FindingCode, string>> = {
  unfinished: 'dump into the directory again, with --continue to go on',
  'manifest-damaged': 'without it only the form of the other files is checked; dump again',
  'file-missing': FROM_BACKUP,
  'file-unreadable': FROM_BACKUP,
  'file-size': FROM_BACKUP,
  'file-digest': FROM_BACKUP,
  'file-extra': LOOK,
  encryption: 'only unencrypted dumps can be read: dump without encryption',
  'metadata-missing': 'arangodump always writes it: look whether the directory is complete',
  metadata: FROM_BACKUP,
  structure: FROM_BACKUP,
  'structure-repeated': 'keep the structure file that belongs to the data, and move the other away',
  view: FROM_BACKUP,
  'part-missing': FROM_BACKUP,
  'data-missing': 'the collection would be restored empty: take its data from another copy',
  'data-left-out': 'restoring reads another file of the collection: move this one away',
  'data-unclaimed': 'nothing restores it without a structure file: take that from another copy',
  'data-form': 'correct useVPack or useEnvelope in dump.json, or arangorestore will fail',
  'data-damaged': FROM_BACKUP,
  line: AGAIN,
  'line-end': 'look whether the file was cut off: dumps end each line with a newline',
  'revision-missing': 'a restored copy gives the document another revision',
  revision: 'a restored copy gives the document another revision; to keep it, dump again',
  edge: 'a server refuses the edge: correct it, or dump again',
  'duplicate-key': 'of such documents a restored copy has only one: remove all others',
  'duplicate-revision': 'a restored copy gives one of the documents another revision',
  count: FROM_BACKUP,
  tree: FROM_BACKUP,
  more: 'correct what is told, and check again to see the rest',
}

/** A finding as checks give it; the rest is added where they are gathered. */
export type Fault = Omit<VerifyFinding, 'kind' | 'advice' | 'severity'> & {
  /** Default: `error`. */
  readonly severity?: VerifyFinding['severity'] | undefined
}

/** Completes a finding. */
export function toFinding(fault: Fault): VerifyFinding {
  const { code, severity = 'error', ...others } = fault
  return { kind: 'finding', severity, code, ...others, advice: ADVICE[code] }
}
