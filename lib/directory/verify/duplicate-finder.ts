import { basename } from 'node:path'
import type { EntryChunk } from '../../streams/index.js'
import { lineFault, nameOfLanes, readAgain, type Suspects } from './chunk-checker.js'
import { LineFacts } from './line-facts.js'
import type { Fault } from './to-finding.js'

/** Where something was seen first. */
interface FirstPlace {
  readonly key: string
  readonly file: string
  readonly line: number
}

/**
 * Finds the lines that share a key or a revision, among those whose fingerprint came twice: equal
 * fingerprints are not yet equal keys.
 */
export class DuplicateFinder {
  readonly #suspects: Suspects
  readonly #hasRemovals: boolean
  readonly #facts = new LineFacts()
  readonly #keys = new Map<string, FirstPlace>()
  readonly #revisions = new Map<string, FirstPlace>()

  /**
   * @param hasRemovals - the collection has removals: such a dump is a history, in which a document may
   *   come several times
   */
  constructor(suspects: Suspects, hasRemovals: boolean) {
    this.#suspects = suspects
    this.#hasRemovals = hasRemovals
  }

  /** Takes the next chunk of the collection; all of them have to come, in order. */
  find(chunk: EntryChunk): readonly Fault[] {
    const faults: Fault[] = []
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!readAgain(this.#facts, chunk, index)) continue
      const keyFault = this.#findKey(chunk, index)
      const fault = keyFault ?? this.#findRevision(chunk, index)
      if (fault !== undefined) faults.push(fault)
    }
    return faults
  }

  #findKey(chunk: EntryChunk, index: number): Fault | undefined {
    const facts = this.#facts
    if (!this.#suspects.keys.has(nameOfLanes(facts.key))) return undefined
    const first = noteFirst(this.#keys, facts.keyText, chunk, index, facts.keyText)
    if (first === undefined) return undefined
    const fault = lineFault(chunk, index, 'duplicate-key', `its key is that of ${placeOf(first)}`)
    return { ...fault, severity: this.#hasRemovals ? 'warning' : 'error' }
  }

  #findRevision(chunk: EntryChunk, index: number): Fault | undefined {
    const facts = this.#facts
    if (facts.revisionState !== 'valid') return undefined
    const name = nameOfLanes(facts.revision)
    if (!this.#suspects.revisions.has(name)) return undefined
    const first = noteFirst(this.#revisions, name, chunk, index, facts.keyText)
    if (first === undefined || first.key === facts.keyText) return undefined
    const message = `its revision is that of ${placeOf(first)}`
    return lineFault(chunk, index, 'duplicate-revision', message)
  }
}

/** Notes where something was seen, the first time; gives that place at all others. */
function noteFirst(
  places: Map<string, FirstPlace>,
  name: string,
  chunk: EntryChunk,
  index: number,
  key: string,
): FirstPlace | undefined {
  const first = places.get(name)
  if (first !== undefined) return first
  places.set(name, { key, file: chunk.source ?? '', line: chunk.lineNumber(index) })
  return undefined
}

function placeOf({ file, line }: FirstPlace): string {
  return `line ${line} of "${basename(file)}"`
}
