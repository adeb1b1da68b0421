import type { Duplex } from 'node:stream'
import type { EntryChunk } from '../../streams/index.js'
import type { TransformFlags } from '../transform-flags.js'

/** What `--in` and `--out` may be. */
export const FORMATS = ['lines', 'json', 'csv', 'tsv'] as const

/** One of them. */
type PipeFormat = (typeof FORMATS)[number]

/** What stands between stdin and stdout. */
export type PipeStage = Duplex | ((chunks: AsyncIterable<EntryChunk>) => AsyncIterable<EntryChunk>)

/** Flags of `tidemark pipe`. */
export interface PipeFlags extends TransformFlags {
  /** Default: lines. */
  readonly in?: PipeFormat | undefined
  /** Default: lines. */
  readonly out?: PipeFormat | undefined
  /** Paths of attributes, separated by commas. */
  readonly fields?: string | undefined
  /** Names, separated by commas. */
  readonly inFields?: string | undefined
  readonly delimiter?: string | undefined
  readonly types?: 'text' | 'auto' | undefined
  readonly null?: string | undefined
  readonly safeFormulas?: boolean | undefined
  readonly crlf?: boolean | undefined
  readonly deduplicate?: boolean | undefined
  readonly collection?: string | undefined
  readonly edge?: boolean | undefined
  /** Directory for what transforms route into other collections. */
  readonly routes?: string | undefined
}
