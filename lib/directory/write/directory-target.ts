import type { TreeSummary } from '../../merkle/index.js'
import type { GlobalCopy, GlobalTarget, Target } from '../../replica/index.js'
import type { JsonObject } from '../../wire/index.js'
import type { DirectoryFormat } from '../manifest.js'

/** Whose data a directory gets, for its `dump.json`. */
export interface DirectoryDatabase {
  readonly name: string
  /** Attributes of the database, as an inventory tells them. */
  readonly properties?: JsonObject | undefined
}

/** How the files of a directory are written. */
export interface DirectoryFormatOptions {
  /** Which server's arangodump to write as; arangorestore of that version or a later one reads it. Default: `3.12`. */
  readonly format?: DirectoryFormat | undefined
  /** Lines `{"type":2300,"data":{…}}` rather than bare documents. Default: false. */
  readonly envelope?: boolean | undefined
  /** Data files are gzipped. Default: true. */
  readonly gzip?: boolean | undefined
  /**
   * Bytes of content, before compression, after which the next data file of a collection is begun.
   * Default: each collection has one file.
   */
  readonly splitBytes?: number | undefined
  /** Data files are VelocyPack; only with format `3.12`, and not enveloped. Default: false. */
  readonly vpack?: boolean | undefined
  /** Write no data files, only what describes collections and views. Default: false. */
  readonly structureOnly?: boolean | undefined
}

/** How a directory is opened for writing. */
export interface DirectoryTargetOptions extends DirectoryFormatOptions {
  /** Replace what is in the directory once the dump is complete. Default: false, that is an error. */
  readonly overwrite?: boolean | undefined
  /** Go on with a dump into the directory that was cut off, of the same options. Default: false. */
  readonly continues?: boolean | undefined
  /** Default: what the origin of the copy says, else `_system`. */
  readonly database?: DirectoryDatabase | undefined
  /** What `dump.json` of format 3.12 says of the time. Default: when the dump is complete. */
  readonly createdAt?: Date | undefined
  /** Ends writing with an error. */
  readonly signal?: AbortSignal | undefined
}

/** A collection that is complete in a directory whose dump is not. */
export interface CompletedCollection {
  readonly name: string
  readonly documents: number
  readonly removals: number
  /** Root of the tree of what was written, as in the manifest. */
  readonly tree: TreeSummary | undefined
  /** What {@link DirectoryTarget.noteSource} told of the source. */
  readonly source: SourceState | undefined
}

/** What tells whether a collection of a source is as it was. */
export interface SourceState extends TreeSummary {
  readonly initialRangeMin: bigint
  /** Its id at the source, where it has one: a collection that was made anew has another. */
  readonly collectionId?: string | undefined
}

/** A dump directory as a target. Several collections may be written at one time. */
export interface DirectoryTarget extends Target {
  /** Says whose data it is, until the copy is finished. */
  describeDatabase(database: DirectoryDatabase): void
  /** The collections that an earlier run has completed, which is being continued; none otherwise. */
  completedCollections(): readonly CompletedCollection[]
  /**
   * Keeps the data of a collection of {@link completedCollections}: the next `replaceCollection` of it
   * then leaves the data files as they are, and what is written into it is dropped.
   *
   * @returns false when its files are not as they were left, so that it has to be written anew
   */
  keepCollection(name: string): Promise<boolean>
  /** Keeps with a collection what its source was like, for {@link completedCollections} of a later run. */
  noteSource(name: string, state: SourceState): void
}

/** How a directory of all databases is opened for writing. */
export type DirectoryTreeOptions = Omit<DirectoryTargetOptions, 'database'>

/**
 * A directory with one dump directory for each database, as a target of copies of all databases; it
 * takes none of a single one.
 */
export interface DirectoryTree extends Target {
  openGlobal(): Promise<DirectoryDatabases>
}

/** The databases of a {@link DirectoryTree}. */
export interface DirectoryDatabases extends GlobalTarget {
  target(database: string): DirectoryTarget
  /** Gives all files their places when the copy has ended, which `undefined` says. */
  noteCopy(copy: GlobalCopy | undefined): Promise<void>
}
