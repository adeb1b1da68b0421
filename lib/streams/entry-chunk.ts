import { DumpLineScanner, readEntry, type DumpEntry, type JsonObject } from '../wire/index.js'
import { ChunkDocuments } from './chunk-documents.js'
import { ChunkEntry } from './chunk-entry.js'
import { LineChunk } from './line-chunk.js'

/**
 * Whole lines of a dump in one buffer, and the entries in them. This is what flows through pipes:
 * nothing is parsed until somebody asks, and lines that nobody changes leave as the bytes that came.
 */
export class EntryChunk extends LineChunk {
  /**
   * Parses the lines one at a time; blank ones are left out.
   *
   * @throws {@link DumpLineError} when a line is not an entry
   */
  *entries(): Generator<DumpEntry> {
    const scanner = new DumpLineScanner()
    for (let index = 0; index < this.lineCount; index += 1) {
      if (this.scanLine(index, scanner)) yield readEntry(this.buffer, scanner)
    }
  }

  /** Views of the lines that parse nothing until asked; blank lines are left out. */
  *lines(): Generator<ChunkEntry> {
    for (let index = 0; index < this.lineCount; index += 1) {
      if (!this.isBlank(index)) yield new ChunkEntry(this, index)
    }
  }

  /**
   * Parses the documents one at a time, fast; removals and blank lines are left out. Numbers that
   * JavaScript cannot hold lose digits, and of a repeated attribute the last counts.
   *
   * @throws {@link DumpLineError} when a line is not an entry
   */
  documents(): IterableIterator<JsonObject> {
    return new ChunkDocuments(this)
  }
}
