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
  /** Tells it from a removal. */
  readonly kind: 'document'
  /** How it stood on its line. */
  readonly form: DumpForm
  /** 2301 only where an edge said so in the documented form. */
  readonly type: typeof DOCUMENT_TYPE | typeof EDGE_TYPE
  /** The document's `_key`, never empty. */
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
  /** Tells it from a document. */
  readonly kind: 'removal'
  /** How it stood on its line; never bare. */
  readonly form: DumpForm
  /** Always 2302. */
  readonly type: typeof REMOVAL_TYPE
  /** Key of the document that was removed, never empty. */
  readonly key: string
  /** The text of the revision that the line tells; undefined when it tells none. */
  readonly revisionText: string | undefined
  /** Only in the documented form. */
  readonly tick: Tick | undefined
}

/** One line of a dump. */
export type DumpEntry = DocumentEntry | RemovalEntry
