import type { EntryChunk } from '../entry-chunk.js'
import type { CollectionPath } from './collection-paths.js'
import type { DocumentContext } from './document-transform.js'
import { routeDocument } from './routed-document.js'

/** What a transform is told beside the document of a line; most do not ask. */
export class LineContext implements DocumentContext {
  readonly #path: CollectionPath
  readonly #stage: number
  readonly #chunk: EntryChunk
  readonly #index: number

  constructor(path: CollectionPath, stage: number, chunk: EntryChunk, index: number) {
    this.#path = path
    this.#stage = stage
    this.#chunk = chunk
    this.#index = index
  }

  get database(): string | undefined {
    return this.#path.database
  }

  get collection(): string | undefined {
    return this.#path.names[this.#stage]
  }

  get type(): 'document' | 'edge' | undefined {
    return this.#path.type
  }

  get lineNumber(): number {
    return this.#chunk.lineNumber(this.#index)
  }

  get source(): string | undefined {
    return this.#chunk.source
  }

  get route(): DocumentContext['route'] {
    return routeDocument
  }
}
