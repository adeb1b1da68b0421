import { fails, pathText, queryNumber, type ParameterAbout, type StatusAbout } from '../about.js'
import { CHUNK_KEYS } from './key-chunks.js'

/** The keys that were asked for before. */
export const KEYS_ID: ParameterAbout = pathText('id', 'the id that `POST keys` has told')

/** How large chunks are. */
export const CHUNK_SIZE: ParameterAbout = queryNumber(
  'chunkSize',
  'documents in a chunk: 100 to 20,000; less is as good as none',
  CHUNK_KEYS,
)

/** What an id of keys fails with. */
export const UNKNOWN_KEYS: StatusAbout = fails(
  404,
  1600,
  'the id is none, or its batch is unknown or has expired',
)
