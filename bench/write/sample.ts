import { generateLines } from '../support/generate-lines.js'

/** Bytes of each line, with its newline. */
export const LINE_BYTES = 402

/** Lines of documents with all attributes of the system, as arangodump writes them. */
export function makeLines(count: number): Buffer {
  return generateLines(count, LINE_BYTES)
}

/** What a store keeps of a line that it made a revision for: from the first own attribute on. */
export function ownPart(text: string): string {
  return text.slice(text.indexOf('"name"')).trimEnd()
}
