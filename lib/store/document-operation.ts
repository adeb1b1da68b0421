import type { Revision, Tick } from '../values/index.js'

/** What an insert does when a document has the key. */
export type OverwriteMode = 'conflict' | 'ignore' | 'replace' | 'update'

/** How an update puts the attributes that were given over those that are there. */
export interface MergeOptions {
  /** Keep attributes whose new value is null; else they are removed. Default: true. */
  readonly keepNull?: boolean | undefined
  /** Merge objects attribute by attribute; else the new one takes the place. Default: true. */
  readonly mergeObjects?: boolean | undefined
}

/** What every operation may say. */
interface OperationBase {
  /** Give the text of the document as it was. Default: false. */
  readonly returnOld?: boolean | undefined
  /** Give the text of the document as it is now. Default: false. */
  readonly returnNew?: boolean | undefined
}

/** Which revision a document must have to be changed. */
interface Expectation {
  /** Text of the revision; one that cannot be decoded is that of no document. */
  readonly expectedRevision?: string | undefined
}

/** What the `_rev` in a text says. */
interface TextExpectation extends Expectation {
  /** The `_rev` of the text is an expected revision too. Default: false, it is passed over. */
  readonly checksTextRevision?: boolean | undefined
}

/** Writes a document under the `_key` of its text, or under one that is made. */
export interface InsertOperation
  extends OperationBase, MergeOptions, Pick<TextExpectation, 'checksTextRevision'> {
  readonly kind: 'insert'
  readonly text: string | Buffer
  /** Default: `conflict`. */
  readonly overwriteMode?: OverwriteMode | undefined
  /**
   * The document comes from another replica: it keeps the `_rev` of its text, unless another document
   * has that, and may have a key where keys are only made. Default: false.
   */
  readonly isRestore?: boolean | undefined
  /**
   * The document may have a key where keys are only made, as one that comes from a dump; its revision
   * is made. Default: false.
   */
  readonly keepsKey?: boolean | undefined
}

/** Puts a document in the place of the one with the key. */
export interface ReplaceOperation extends OperationBase, TextExpectation {
  readonly kind: 'replace'
  /** Default: the `_key` of the text, or that in its `_id`. */
  readonly key?: string | undefined
  readonly text: string | Buffer
}

/** Puts attributes over those of the document with the key. */
export interface UpdateOperation extends OperationBase, TextExpectation, MergeOptions {
  readonly kind: 'update'
  /** Default: the `_key` of the text, or that in its `_id`. */
  readonly key?: string | undefined
  readonly text: string | Buffer
}

/** Removes the document with the key. */
export interface RemoveOperation extends OperationBase, Expectation {
  readonly kind: 'remove'
  readonly key: string
}

/** A write of one document. */
export type DocumentOperation =
  InsertOperation | ReplaceOperation | UpdateOperation | RemoveOperation

/** What a {@link DocumentOperation} did. */
export interface WrittenDocument {
  readonly key: string
  /** That of the write; of a removal, or an insert that was ignored, that of the document there. */
  readonly revision: Revision
  readonly tick: Tick
  /** That of the document which was there before. */
  readonly oldRevision: Revision | undefined
  /** False for an insert that was ignored. */
  readonly isWritten: boolean
  /** The document as it was, when that was asked for and there was one. */
  readonly oldText: Buffer | undefined
  /** The document as it is, when that was asked for and there is one. */
  readonly newText: Buffer | undefined
}
