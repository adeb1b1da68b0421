import type { OverwriteMode } from '../store/index.js'
import { ERROR_NUMBER } from '../wire/index.js'
import { booleanParameter, textParameter, type Parameters } from './parameters.js'
import { badParameter, RequestError } from './request-error.js'

/** How the body of an import lists its documents. */
export type ImportForm = 'lines' | 'array' | 'values' | 'auto'

/** What the URL of an import asks for (drivers notes). */
export interface ImportOptions {
  readonly collection: string
  readonly form: ImportForm
  /** Give the reasons of what was refused. */
  readonly wantsDetails: boolean
  /** All documents, or none. */
  readonly isComplete: boolean
  /** Take out what is there before. */
  readonly overwrites: boolean
  readonly overwriteMode: OverwriteMode
  /** Take lines of values that are more, or fewer, than there are names. */
  readonly ignoresMissing: boolean
  readonly prefixes: EdgePrefixes
}

/** Names of collections that the ends of edges are given. */
export interface EdgePrefixes {
  /** Of `_from`, with a slash at its end; undefined leaves it as it is. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** Put the name in the place of another one too. */
  readonly overwrites: boolean
}

const FORMS: Readonly<Record<string, ImportForm>> = {
  documents: 'lines',
  list: 'array',
  array: 'array',
  auto: 'auto',
}

const OVERWRITE_MODES: Readonly<Record<string, OverwriteMode>> = {
  error: 'conflict',
  update: 'update',
  replace: 'replace',
  ignore: 'ignore',
}

/**
 * Reads the parameters; a value that is none stands for the default, but for `type`.
 *
 * @throws RequestError 400 with errorNum 1204 without a collection, with 10 for an unknown type
 */
export function readImportOptions(query: Parameters): ImportOptions {
  const flag = (name: string): boolean => booleanParameter(query, name) === true
  const collection = textParameter(query, 'collection')
  if (collection === undefined) throw collectionMissing()
  return {
    collection,
    form: readForm(textParameter(query, 'type')),
    wantsDetails: flag('details'),
    isComplete: flag('complete'),
    overwrites: flag('overwrite'),
    overwriteMode: readOverwriteMode(textParameter(query, 'onDuplicate') ?? ''),
    ignoresMissing: flag('ignoreMissing'),
    prefixes: {
      from: readPrefix(query, 'fromPrefix'),
      to: readPrefix(query, 'toPrefix'),
      overwrites: flag('overwriteCollectionPrefix'),
    },
  }
}

function readForm(type: string | undefined): ImportForm {
  if (type === undefined) return 'values'
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined
  if (form !== undefined) return form
  throw badParameter('the type of an import is "documents", "array", "list", "auto" or none')
}

function readPrefix(query: Parameters, name: string): string | undefined {
  const text = textParameter(query, name)
  if (text === undefined) return undefined
  return text.endsWith('/') ? text : `${text}/`
}

function collectionMissing(): RequestError {
  const message = 'the parameter "collection" is missing'
  return new RequestError(400, ERROR_NUMBER.collectionParameterMissing, message)
}

function readOverwriteMode(onDuplicate: string): OverwriteMode {
  const mode = Object.hasOwn(OVERWRITE_MODES, onDuplicate)
    ? OVERWRITE_MODES[onDuplicate]
    : undefined
  return mode ?? 'conflict'
}
