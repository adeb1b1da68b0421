import type { Tick } from '../values/index.js'

/** `type` of a document's insertion or update, and of every entry of today's servers. */
export const DOCUMENT_TYPE = 2300
/** `type` of an edge's insertion or update in the documented form. */
export const EDGE_TYPE = 2301
/** `type` of a removal. */
export const REMOVAL_TYPE = 2302

/**
 * How an entry stands on its line: `documented` is `{tick,type,key,rev,data}` of the seeds,
 * `enveloped` is `{type,data}`, `bare` is the document alone.
 */
export type DumpForm = 'documented' | 'enveloped' | 'bare'

/** A document that a dump holds. */
export interface DocumentEntry {
  readonly kind: 'document'
  readonly form: DumpForm
  readonly type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE
  readonly key: string
  /** The text of the document's `_rev`; undefined when it has none, or one that is not text. */
  readonly revisionText: string | undefined
  /** Only in the documented form. */
  readonly tick: Tick | undefined
  /** The document's JSON text, the very bytes that came. */
  readonly bytes: Buffer
}

/** A removal that an old dump holds. */
export interface RemovalEntry {
  readonly kind: 'removal'
  readonly form: DumpForm
  readonly type: typeof REMOVAL_TYPE
  readonly key: string
  readonly revisionText: string | undefined
  readonly tick: Tick | undefined
}

/** One line of a dump. */
export type DumpEntry = DocumentEntry | RemovalEntry
