import type { EntryChunk } from '../../streams/index.js'
import { LineHeads } from './line-heads.js'
import type { PatchLineType } from './patch-lines.js'
import { selectLines } from './select-lines.js'

/** Lines of one kind that are about one collection. */
export interface LineGroup {
  readonly collection: string
  readonly chunk: EntryChunk
}

/** Picks the lines of one kind out of the chunks of a patch. */
export class LineGrouper {
  readonly #type: PatchLineType
  readonly #heads = new LineHeads()

  constructor(type: PatchLineType) {
    this.#type = type
  }

  /** One group for each collection in the chunk, in order; nothing when no line is of the kind. */
  *groups(chunk: EntryChunk): Generator<LineGroup> {
    let lines: number[] = []
    let collection = ''
    for (let line = 0; line < chunk.lineCount; line += 1) {
      if (chunk.isBlank(line)) continue
      const head = this.#heads.read(chunk, line)
      if (head.type !== this.#type) continue
      if (head.collection !== collection && lines.length > 0) {
        yield { collection, chunk: selectLines(chunk, lines) }
        lines = []
      }
      collection = head.collection
      lines.push(line)
    }
    if (lines.length > 0) yield { collection, chunk: selectLines(chunk, lines) }
  }
}
