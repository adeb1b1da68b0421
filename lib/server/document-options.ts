import type { OverwriteMode } from '../store/index.js'
import type { EndpointRequest } from './endpoint.js'
import { booleanParameter, textParameter, type Parameters } from './parameters.js'

const OVERWRITE_MODES: readonly OverwriteMode[] = ['conflict', 'ignore', 'replace', 'update']

/** What the URL of a request that writes documents asks for (drivers notes). */
export interface DocumentOptions {
  readonly returnOld: boolean
  readonly returnNew: boolean
  /** Answer nothing but errors. */
  readonly isSilent: boolean
  /** Whether the `_rev` of each document has to be that of the one there. */
  readonly checksTextRevision: boolean
  readonly keepNull: boolean
  readonly mergeObjects: boolean
  readonly overwriteMode: OverwriteMode
  /** The documents keep their `_rev`, as those of replication do. */
  readonly isRestore: boolean
  /** Every write is on the disk before it is answered; this only says what the status is. */
  readonly waitForSync: boolean
}

/** Reads the parameters; a value that is none stands for the default, or for false. */
export function readDocumentOptions(query: Parameters): DocumentOptions {
  const flag = (name: string, fallback = false): boolean =>
    booleanParameter(query, name) ?? fallback
  return {
    returnOld: flag('returnOld'),
    returnNew: flag('returnNew'),
    isSilent: flag('silent'),
    checksTextRevision: !flag('ignoreRevs', true),
    keepNull: flag('keepNull', true),
    mergeObjects: flag('mergeObjects', true),
    overwriteMode: readOverwriteMode(query),
    isRestore: flag('isRestore'),
    waitForSync: flag('waitForSync'),
  }
}

function readOverwriteMode(query: Parameters): OverwriteMode {
  const given = textParameter(query, 'overwriteMode')
  const mode = OVERWRITE_MODES.find((known) => known === given)
  return mode ?? (booleanParameter(query, 'overwrite') === true ? 'replace' : 'conflict')
}

/** The revision in the header `if-match` or `if-none-match`, which is quoted or bare. */
export function revisionHeader(
  { headers }: Pick<EndpointRequest, 'headers'>,
  name: 'if-match' | 'if-none-match',
): string | undefined {
  const text = headers[name]?.trim()
  if (text === undefined || text === '') return undefined
  return /^(?:W\/)?"(.*)"$/.exec(text)?.[1] ?? text
}
