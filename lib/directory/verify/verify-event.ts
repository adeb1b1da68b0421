/** What a check of a dump directory tells; `kind` tells which. */
export type VerifyEvent = VerifyStarted | VerifyProgress | VerifyFinding | VerifyFinished

/** The dump of one database is about to be checked. */
export interface VerifyStarted {
  readonly kind: 'started'
  /** The directory, as it was given, and the sub-directory in it. */
  readonly path: string
  /** Whether there is a manifest to check it against. */
  readonly hasManifest: boolean
}

/** How far the check is: all databases together. */
export interface VerifyProgress {
  readonly kind: 'progress'
  /** The file that is being read. */
  readonly file: string
  /** Bytes that were read, of files as they are stored; each is read once or several times. */
  readonly readBytes: number
  /** Bytes that are to be read, as far as that is known. */
  readonly totalBytes: number
}

/** Something that is not as it should be. It never holds anything of a document. */
export interface VerifyFinding {
  readonly kind: 'finding'
  /** An error is damage, or would make a restored copy differ; a warning is worth a look. */
  readonly severity: 'error' | 'warning'
  /** What kind of thing is wrong; the list is in docs/verify.md. */
  readonly code: FindingCode
  /** Path of the file, or of the directory where it is about that. */
  readonly file: string
  /** 1-based number of the line, of a VelocyPack file the number of the document. */
  readonly line?: number | undefined
  /** 0-based offset of the line's first byte in the file's content, inflated. */
  readonly byteOffset?: number | undefined
  /** What is wrong. */
  readonly message: string
  /** What to do about it. */
  readonly advice: string
}

/** Everything was checked. */
export interface VerifyFinished {
  readonly kind: 'finished'
  /** Dumps that were checked, one a database. */
  readonly databases: number
  readonly collections: number
  readonly documents: number
  readonly errors: number
  readonly warnings: number
}

/** The kinds of findings. */
export type FindingCode =
  | 'unfinished'
  | 'manifest-damaged'
  | 'file-missing'
  | 'file-unreadable'
  | 'file-size'
  | 'file-digest'
  | 'file-extra'
  | 'encryption'
  | 'metadata-missing'
  | 'metadata'
  | 'structure'
  | 'structure-repeated'
  | 'view'
  | 'part-missing'
  | 'data-missing'
  | 'data-left-out'
  | 'data-unclaimed'
  | 'data-form'
  | 'data-damaged'
  | 'line'
  | 'line-end'
  | 'revision-missing'
  | 'revision'
  | 'edge'
  | 'duplicate-key'
  | 'duplicate-revision'
  | 'count'
  | 'tree'
  | 'more'
