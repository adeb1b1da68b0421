import { LINE_BYTES_MAX } from '../../core/index.js'
import { formatDumpLine, type DumpEntry, type JsonObject } from '../../wire/index.js'
import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionPath } from './collection-paths.js'
import { converted, withoutRevision } from './json-forms.js'
import type { LineDocument } from './line-document.js'
import { OutputLines } from './output-lines.js'
import type { TransformCounter } from './transform-counter.js'
import type { TransformedChunk } from './transform-runner.js'

/** Why a document cannot be written. */
export interface WriteFault {
  /** What the transform did wrong. */
  readonly what: string
  readonly cause?: unknown
}

/** A document that came out of a line which may still fail. */
interface HeldLine {
  /** Undefined for the line as it came. */
  readonly line: string | undefined
  /** Undefined for the chunk's own collection. */
  readonly collection: string | undefined
}

const NONE: TransformedChunk['routed'] = new Map()

/** Writes the documents that come out of the lines of one chunk: as they came where nothing changed. */
export class DocumentWriter {
  readonly #chunk: EntryChunk
  readonly #path: CollectionPath
  readonly #ownName: string | undefined
  readonly #isKeyOptional: boolean
  readonly #document: LineDocument
  readonly #own: OutputLines
  #routed: Map<string, OutputLines> | undefined
  #index = 0
  #held: HeldLine[] | undefined
  #outputs = 0
  #isFirstUnchanged = false
  #routedCount = 0
  #harmedCount = 0
  /** Revisions that came out of this line, with their collections. */
  #firstRevision: unknown
  #firstCollection: string | undefined
  #revisions: Set<string> | undefined

  constructor(
    chunk: EntryChunk,
    path: CollectionPath,
    document: LineDocument,
    isKeyOptional: boolean,
  ) {
    this.#chunk = chunk
    this.#path = path
    this.#ownName = path.names.at(-1)
    this.#document = document
    this.#isKeyOptional = isKeyOptional
    this.#own = new OutputLines(chunk)
  }

  /** Takes the removal of a document, with the key that it has now. */
  writeRemoval(index: number, removal: DumpEntry, key: string): void {
    if (key === removal.key) this.#own.keep(index)
    else
      this.#own.put(
        formatDumpLine({ ...removal, key })
          .toString()
          .trimEnd(),
        index,
      )
  }

  beginLine(index: number): void {
    this.#index = index
    this.#held = undefined
    this.#outputs = 0
    this.#routedCount = 0
    this.#harmedCount = 0
    this.#revisions = undefined
  }

  /** Holds what comes out until the line has ended, since it may fail after its first document. */
  hold(): void {
    this.#held ??= []
  }

  /** Takes the line as it came, parsed or not. */
  writeUnchanged(): void {
    this.#put(undefined, undefined, true)
  }

  /**
   * Takes a document that came out of the line.
   *
   * @returns what is wrong with it; undefined when nothing is
   */
  write(document: JsonObject, path: CollectionPath): WriteFault | undefined {
    if (path === this.#path && this.#outputs === 0) {
      const line = this.#document.formatSimple(document)
      if (line !== undefined) {
        this.#putSimple(line, document)
        return undefined
      }
    }
    const name = path.names.at(-1)
    const collection = name === this.#ownName ? undefined : name
    const isRepeated = this.#takeRevision(document['_rev'], collection)
    if (isRepeated || !this.#document.isUnchanged(document)) {
      return this.#writeChanged(isRepeated ? withoutRevision(document) : document, collection)
    }
    if (collection === undefined) this.writeUnchanged()
    else this.#put(this.#document.lineText, collection, false)
    return undefined
  }

  #putSimple(line: string, document: JsonObject): void {
    this.#firstRevision = document['_rev']
    this.#firstCollection = undefined
    if (this.#document.isAsItCame(line)) this.writeUnchanged()
    else this.#put(line, undefined, false)
  }

  /** Ends the line: what came out of it stays. */
  endLine(counter: TransformCounter): void {
    if (this.#held !== undefined) {
      for (const { line, collection } of this.#held) this.#putNow(line, collection)
      this.#held = undefined
    }
    counter.addLine(this.#outputs, this.#isFirstUnchanged)
    counter.routed += this.#routedCount
    counter.harmed += this.#harmedCount
  }

  /** What came out of all lines. */
  finish(): TransformedChunk {
    const chunks = this.#own.finish()
    if (this.#routed === undefined) return { chunks, routed: NONE }
    const routed = [...this.#routed].map(([name, lines]) => [name, lines.finish()] as const)
    return { chunks, routed: new Map(routed) }
  }

  /** Tells whether an earlier document of this line went into the collection with the revision. */
  #takeRevision(revision: unknown, collection: string | undefined): boolean {
    if (this.#outputs === 0) {
      this.#firstRevision = revision
      this.#firstCollection = collection
      return false
    }
    if (typeof revision !== 'string') return false
    if (revision === this.#firstRevision && collection === this.#firstCollection) return true
    const id = JSON.stringify([revision, collection])
    this.#revisions ??= new Set()
    if (this.#revisions.has(id)) return true
    this.#revisions.add(id)
    return false
  }

  #writeChanged(given: JsonObject, collection: string | undefined): WriteFault | undefined {
    try {
      const document = converted(given)
      if (!this.#hasKey(document)) return { what: 'gave a document without a text "_key"' }
      const json = this.#document.format(document)
      if (collection === undefined && this.#document.isAsItCame(json)) {
        this.writeUnchanged()
        return undefined
      }
      // A toJSON() of its own may give anything.
      if (!json.startsWith('{')) return { what: 'gave what is no object as JSON' }
      const line = this.#document.formatLine(json, document)
      if (line.length > LINE_BYTES_MAX) return { what: 'gave a document that is too large' }
      if (this.#document.isHarmed) this.#harmedCount += 1
      this.#put(line, collection, false)
      return undefined
    } catch (cause) {
      return { what: 'gave what has no JSON form', cause }
    }
  }

  #hasKey(document: unknown): document is JsonObject {
    if (typeof document !== 'object' || document === null) return false
    const { _key: key } = document as { readonly _key?: unknown }
    return this.#isKeyOptional || (typeof key === 'string' && key !== '')
  }

  #put(line: string | undefined, collection: string | undefined, isUnchanged: boolean): void {
    if (this.#outputs === 0) this.#isFirstUnchanged = isUnchanged
    this.#outputs += 1
    if (collection !== undefined) this.#routedCount += 1
    if (this.#held === undefined) this.#putNow(line, collection)
    else this.#held.push({ line, collection })
  }

  #putNow(line: string | undefined, collection: string | undefined): void {
    if (line === undefined) this.#own.keep(this.#index)
    else if (collection === undefined) this.#own.put(line, this.#index)
    else this.#linesOf(collection).put(line, this.#index)
  }

  #linesOf(collection: string): OutputLines {
    this.#routed ??= new Map()
    let lines = this.#routed.get(collection)
    if (lines === undefined) {
      lines = new OutputLines(this.#chunk)
      this.#routed.set(collection, lines)
    }
    return lines
  }
}
