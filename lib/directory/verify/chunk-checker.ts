import { hashRevision } from '../../merkle/index.js'
import type { EntryChunk } from '../../streams/index.js'
import { joinLanes, type Lanes } from '../../values/index.js'
import { DumpLineError } from '../../wire/index.js'
import { FingerprintSet } from './fingerprint-set.js'
import { LineFacts } from './line-facts.js'
import type { Fault } from './to-finding.js'
import type { FindingCode } from './verify-event.js'

/** Fingerprints that came twice and are looked into; more are not told. */
const SUSPECTS_MAX = 1000

/** What is expected of the lines of a collection. */
export interface ChunkCheckerOptions {
  readonly isEdge: boolean
  /** What `dump.json` says of the lines; undefined when it says nothing. */
  readonly useEnvelope: boolean | undefined
  readonly fingerprintSlotsMax: number
}

/** What all lines together are. */
export interface CollectionSums {
  readonly documents: number
  readonly removals: number
  /** Hash of the root of their revision tree: of those documents whose revision a tree can hold. */
  readonly treeHash: bigint
  readonly treeCount: number
}

/** Fingerprints that came more than once. */
export interface Suspects {
  readonly keys: ReadonlySet<string>
  readonly revisions: ReadonlySet<string>
}

/** Checks the lines of one collection, chunk by chunk. */
export class ChunkChecker {
  readonly #options: ChunkCheckerOptions
  readonly #facts = new LineFacts()
  readonly #keys: FingerprintSet
  readonly #revisions: FingerprintSet
  readonly #suspects = { keys: new Set<string>(), revisions: new Set<string>() }
  readonly #hash: Lanes = { high: 0, low: 0 }
  readonly #treeHash: Lanes = { high: 0, low: 0 }
  #treeCount = 0
  #documents = 0
  #removals = 0
  /** The file whose lines were told to be of another form than they should. */
  #formToldOf: string | undefined

  constructor(options: ChunkCheckerOptions) {
    this.#options = options
    this.#keys = new FingerprintSet(options.fingerprintSlotsMax)
    this.#revisions = new FingerprintSet(options.fingerprintSlotsMax)
  }

  get sums(): CollectionSums {
    return {
      documents: this.#documents,
      removals: this.#removals,
      treeHash: joinLanes(this.#treeHash),
      treeCount: this.#treeCount,
    }
  }

  get suspects(): Suspects {
    return this.#suspects
  }

  /** How often all lines have to be gone through, this first time included. */
  get partCount(): number {
    return Math.max(this.#keys.partCount, this.#revisions.partCount)
  }

  /** Checks the lines of a chunk for the first time. */
  check(chunk: EntryChunk): readonly Fault[] {
    const faults: Fault[] = []
    for (let index = 0; index < chunk.lineCount; index += 1) {
      try {
        if (this.#facts.read(chunk, index)) this.#checkEntry(chunk, index, faults)
      } catch (error) {
        if (!(error instanceof DumpLineError)) throw error
        faults.push(lineFault(chunk, index, 'line', `it cannot be read (${error.reason})`))
      }
    }
    return faults
  }

  /** Goes on with another part of the fingerprints; then all chunks come once more. */
  beginPart(part: number): void {
    this.#keys.beginPart(part)
    this.#revisions.beginPart(part)
  }

  /** Looks only for what comes twice; what is wrong with a line was told before. */
  checkAgain(chunk: EntryChunk): void {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (readAgain(this.#facts, chunk, index)) this.#lookForDuplicates()
    }
  }

  #checkEntry(chunk: EntryChunk, index: number, faults: Fault[]): void {
    const facts = this.#facts
    if (facts.isRemoval) {
      this.#removals += 1
      return
    }
    this.#documents += 1
    this.#checkForm(chunk, index, faults)
    if (facts.revisionState !== 'valid') faults.push(revisionFault(chunk, index, facts))
    else this.#addToTree()
    if (this.#options.isEdge) {
      const end = facts.findBadEnd()
      if (end !== undefined) {
        faults.push(lineFault(chunk, index, 'edge', `its "${end}" is not COLLECTION/KEY`))
      }
    }
    this.#lookForDuplicates()
  }

  #addToTree(): void {
    hashRevision(this.#facts.revision, this.#hash)
    this.#treeHash.high = (this.#treeHash.high ^ this.#hash.high) >>> 0
    this.#treeHash.low = (this.#treeHash.low ^ this.#hash.low) >>> 0
    this.#treeCount += 1
  }

  /** Tells once a file. */
  #checkForm(chunk: EntryChunk, index: number, faults: Fault[]): void {
    const { useEnvelope } = this.#options
    if (useEnvelope === undefined || this.#facts.isEnveloped === useEnvelope) return
    if (this.#formToldOf === chunk.source) return
    this.#formToldOf = chunk.source
    const found = useEnvelope ? 'has no envelope' : 'has an envelope'
    const message = `the line ${found}, unlike what useEnvelope of dump.json says`
    faults.push({ ...lineFault(chunk, index, 'data-form', message), severity: 'warning' })
  }

  #lookForDuplicates(): void {
    const { key, revision, revisionState } = this.#facts
    const { keys, revisions } = this.#suspects
    if (this.#keys.add(key.high, key.low)) suspect(keys, key)
    if (revisionState !== 'valid') return
    if (this.#revisions.add(revision.high, revision.low)) suspect(revisions, revision)
  }
}

/** The name of a fingerprint in a set of strings. */
export function nameOfLanes({ high, low }: Readonly<Lanes>): string {
  return `${high}:${low}`
}

/** Reads a line whose faults were told; false when it is blank, a removal or no entry. */
export function readAgain(facts: LineFacts, chunk: EntryChunk, index: number): boolean {
  try {
    return facts.read(chunk, index) && !facts.isRemoval
  } catch (error) {
    if (error instanceof DumpLineError) return false
    throw error
  }
}

/** What is wrong with a line. */
export function lineFault(
  chunk: EntryChunk,
  index: number,
  code: FindingCode,
  message: string,
): Fault {
  const { lineNumber, byteOffset, source = '' } = chunk.place(index)
  return { code, file: source, line: lineNumber, byteOffset, message }
}

function revisionFault(chunk: EntryChunk, index: number, { revisionState }: LineFacts): Fault {
  if (revisionState === 'invalid') {
    return lineFault(chunk, index, 'revision', 'its "_rev" is not a revision')
  }
  const fault = lineFault(chunk, index, 'revision-missing', 'it has no text "_rev"')
  return { ...fault, severity: 'warning' }
}

function suspect(suspects: Set<string>, lanes: Readonly<Lanes>): void {
  if (suspects.size < SUSPECTS_MAX) suspects.add(nameOfLanes(lanes))
}
