import { formatPosition, parsePosition, type LogPosition } from '../../replica/index.js'
import { CheckpointError } from './checkpoint-error.js'

/** Says what a file is, before anything in it is believed. */
const KIND = 'tidemark checkpoint'
const VERSION = 1
const START_ANEW =
  'name another file, or remove this one and say where to begin (what changed in between is then ' +
  'not delivered)'

/** What a checkpoint's file holds: a line of JSON. */
export function formatCheckpoint(position: LogPosition): string {
  return `{"kind":"${KIND}","version":${VERSION},"position":${formatPosition(position)}}\n`
}

/**
 * Reads the text of a checkpoint's file. What is not ours at all is told apart from what was damaged,
 * and from what a later version wrote: each is got over in another way.
 *
 * @param path - of the file, for the error
 * @throws {@link CheckpointError}
 */
export function parseCheckpoint(text: string, path: string): LogPosition {
  const value = parseJson(text, path)
  if (!isOurs(value)) throw foreignFile(path)
  const { version, position } = value
  if (version !== VERSION) {
    const reason = `it is of version ${JSON.stringify(version)}, and only ${VERSION} can be read`
    throw new CheckpointError('read', path, `${reason}; use the tidemark that wrote it`)
  }
  try {
    return parsePosition(JSON.stringify(position ?? null))
  } catch (cause) {
    throw damagedFile(path, cause)
  }
}

/** The error of a file that is somebody else's. */
export function foreignFile(path: string, options?: ErrorOptions): CheckpointError {
  const reason = 'it holds something else than a checkpoint; name another file'
  return new CheckpointError('read', path, reason, options)
}

/** Without the words that we write first, a text was never ours; an empty one may have been. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const start = `{"kind":"${KIND}`
    if (text.startsWith(start) || start.startsWith(text)) throw damagedFile(path, cause)
    throw foreignFile(path, { cause })
  }
}

function isOurs(
  value: unknown,
): value is { readonly version?: unknown; readonly position?: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND
}

function damagedFile(path: string, cause: unknown): CheckpointError {
  return new CheckpointError('read', path, `it is damaged; ${START_ANEW}`, { cause })
}
