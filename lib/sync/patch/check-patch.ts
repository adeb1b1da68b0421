import { checkCollectionName, checkEntry, StoreError } from '../../store/index.js'
import { parseExactJson, type EntryChunk } from '../../streams/index.js'
import {
  DOCUMENT_TYPE,
  DumpLineError,
  dumpLineError,
  DumpLineScanner,
  JsonSyntaxError,
  parseCollectionDefinition,
  REMOVAL_TYPE,
  skipValue,
  WireFormatError,
  type CollectionDefinition,
} from '../../wire/index.js'
import { LineHeads, type LineHead } from './line-heads.js'
import { PatchFileError } from './patch-file-error.js'
import { DROP_TYPE, MAKE_TYPE } from './patch-lines.js'
import type { PatchFile } from './read-patch.js'

/** What a patch does with collections, found before anything is done. */
export interface PatchPlan {
  /** Collections to be made, in the order of the patch. */
  readonly made: readonly CollectionDefinition[]
  /** Names of the collections to be dropped; one that is made again is not among them. */
  readonly dropped: readonly string[]
}

/**
 * Looks at every line of a patch before the target is touched, so that a damaged one changes
 * nothing.
 */
export class PatchChecker {
  readonly #patch: PatchFile
  readonly #present: ReadonlyMap<string, CollectionDefinition>
  readonly #views: ReadonlySet<string>
  readonly #heads = new LineHeads()
  readonly #scanner = new DumpLineScanner()
  readonly #made = new Map<string, CollectionDefinition>()
  readonly #dropped = new Set<string>()
  /** Collections that documents are written into or removed from, and the first line that does. */
  readonly #changed = new Map<string, number>()
  #documents = 0
  #removals = 0

  /**
   * @param present - the collections that the target has
   * @param views - names of its views, which no collection can have
   */
  constructor(
    patch: PatchFile,
    present: readonly CollectionDefinition[],
    views: readonly string[],
  ) {
    this.#patch = patch
    this.#present = new Map(present.map((definition) => [definition.name, definition]))
    this.#views = new Set(views)
  }

  /** @throws PatchFileError when a line is wrong */
  check(chunk: EntryChunk): void {
    for (let line = 0; line < chunk.lineCount; line += 1) {
      if (chunk.isBlank(line)) continue
      try {
        chunk.assertUtf8(line)
        this.#checkLine(chunk, line)
      } catch (error) {
        throw this.#refuse(error, chunk, line)
      }
    }
  }

  /** @throws PatchFileError when the lines are not those that the first one tells of */
  finish(): PatchPlan {
    const { path, header } = this.#patch
    for (const [name, lineNumber] of this.#changed) {
      if (!this.#dropped.has(name) || this.#made.has(name)) continue
      throw new PatchFileError(path, `another line drops "${name}"`, lineNumber)
    }
    const { made, dropped, documents, removals } = header.totals
    const isWhole =
      made === this.#made.size &&
      dropped === this.#dropped.size &&
      documents === this.#documents &&
      removals === this.#removals
    if (!isWhole) throw new PatchFileError(path, 'its lines are not those its first line tells of')
    return {
      made: [...this.#made.values()].map((definition) => this.#withFreeIdentity(definition)),
      dropped: [...this.#dropped].filter((name) => !this.#made.has(name)),
    }
  }

  #checkLine(chunk: EntryChunk, line: number): void {
    const head = this.#heads.read(chunk, line)
    switch (head.type) {
      case MAKE_TYPE:
        this.#checkMade(chunk, line, head)
        break
      case DROP_TYPE:
        if (this.#dropped.has(head.collection)) throw new LineFault('it drops a collection again')
        this.#dropped.add(head.collection)
        break
      case DOCUMENT_TYPE:
        this.#checkEntry(chunk, line, head)
        this.#documents += 1
        break
      case REMOVAL_TYPE:
        this.#checkEntry(chunk, line, head)
        this.#removals += 1
        break
    }
  }

  #checkMade(chunk: EntryChunk, line: number, head: LineHead): void {
    const { buffer, offsets } = chunk
    if (head.dataStart < 0) throw new LineFault('there is no definition of the collection, "data"')
    const end = skipValue(buffer, head.dataStart, offsets[line + 1] as number)
    const data = parseExactJson(buffer.toString('utf8', head.dataStart, end))
    const definition = parseCollectionDefinition(data, 'a collection of a patch')
    if (definition.name !== head.collection) {
      throw new LineFault('the definition is one of a collection of another name')
    }
    if (this.#made.has(definition.name)) throw new LineFault('it makes a collection again')
    checkCollectionName(definition.name)
    if (this.#views.has(definition.name)) {
      throw new LineFault(`the target has a view that is named "${definition.name}"`)
    }
    this.#made.set(definition.name, definition)
  }

  /**
   * Another collection of the target that has the identity would be renamed or dropped for this one,
   * and no line says so: it keeps it, and this one gets an identity of its own.
   */
  #withFreeIdentity(definition: CollectionDefinition): CollectionDefinition {
    const { name, globallyUniqueId } = definition
    if (globallyUniqueId === undefined) return definition
    const isTaken = [...this.#present.values()].some(
      (other) =>
        other.globallyUniqueId === globallyUniqueId &&
        other.name !== name &&
        !this.#dropped.has(other.name),
    )
    if (!isTaken) return definition
    const { globallyUniqueId: _, ...parameters } = definition.parameters
    return { ...definition, globallyUniqueId: undefined, parameters }
  }

  #checkEntry(chunk: EntryChunk, line: number, { collection }: LineHead): void {
    chunk.scanLine(line, this.#scanner)
    if (this.#scanner.form !== 'enveloped') throw new LineFault('it is no line of a patch')
    checkEntry(chunk, line, this.#scanner)
    if (this.#changed.has(collection)) return
    if (!this.#present.has(collection) && !this.#made.has(collection)) {
      throw new LineFault(`the target has no collection "${collection}"`)
    }
    this.#changed.set(collection, chunk.lineNumber(line))
  }

  #refuse(error: unknown, chunk: EntryChunk, line: number): unknown {
    const reason = reasonOf(error, chunk, line)
    if (reason === undefined) return error
    return new PatchFileError(this.#patch.path, reason, chunk.lineNumber(line), { cause: error })
  }
}

/** A reason of our own; the place is added where it is caught. */
class LineFault extends Error {}

function reasonOf(error: unknown, chunk: EntryChunk, line: number): string | undefined {
  if (error instanceof LineFault) return error.message
  if (error instanceof DumpLineError) return error.reason
  if (error instanceof StoreError) return error.message
  if (error instanceof JsonSyntaxError) {
    return dumpLineError(error, chunk.offsets[line] as number, chunk.place(line)).reason
  }
  return error instanceof WireFormatError ? 'it does not define a collection' : undefined
}
