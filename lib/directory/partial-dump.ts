import { join } from 'node:path'
import { asArray, asBoolean, attribute, read, type Reader } from '../wire/index.js'
import { DumpFileError } from './directory-error.js'
import { readTextFile } from './dump-file.js'
import { asFileName, parseSealed, seal } from './manifest.js'

/**
 * What a dump is made in: a directory inside the one that it is to be, so that giving its files their
 * places is a matter of names alone.
 */
export const PARTIAL_DIRECTORY = '.tidemark-partial'

/** Name of the file in there that tells of the directory around it. */
const STATE_FILE = 'directory.json'

/** Files that are, or were, being given their places. */
export interface PublishedPart {
  /** Where the files are made: a directory inside {@link PARTIAL_DIRECTORY}, or empty for that one. */
  readonly from: string
  /** Where they go: a directory inside the dump's, or empty for that one. */
  readonly to: string
  readonly names: readonly string[]
}

/** What a dump in the making says of the directory that it is made in. */
export interface PartialState {
  /**
   * The directory itself holds no whole dump, but parts of one or two: files were being given their
   * places. False while files are only made, which leaves the directory as it was.
   */
  readonly isBroken: boolean
  /** What is in the directory may be replaced. */
  readonly overwrites: boolean
  /** Files that may have their places already. */
  readonly parts: readonly PublishedPart[]
}

/** Where the state of a dump into a directory is kept. */
export function statePath(path: string): string {
  return join(path, PARTIAL_DIRECTORY, STATE_FILE)
}

/** Writes a state as the text of a file that shows any damage. */
export function formatPartialState({ isBroken, overwrites, parts }: PartialState): string {
  return seal({ isBroken, overwrites, parts })
}

/**
 * Reads how far a dump into a directory is.
 *
 * @param path - of the directory
 * @returns undefined where none is being made, or nothing was written of it
 * @throws DumpFileError when that cannot be told
 */
export async function readPartialState(path: string): Promise<PartialState | undefined> {
  const file = statePath(path)
  const text = await readIfThere(join(path, PARTIAL_DIRECTORY), STATE_FILE)
  if (text === undefined) return undefined
  const reader = read(parseSealed(text, file), `dump file "${file}"`)
  return {
    isBroken: asBoolean(attribute(reader, 'isBroken')),
    overwrites: asBoolean(attribute(reader, 'overwrites')),
    parts: asArray(attribute(reader, 'parts')).map(readPart),
  }
}

/**
 * Reads a text file of a directory that may be missing.
 *
 * @throws DumpFileError as `readTextFile`
 */
export async function readIfThere(directory: string, name: string): Promise<string | undefined> {
  try {
    return await readTextFile(directory, name)
  } catch (error) {
    if (error instanceof DumpFileError && isMissing(error.cause)) return undefined
    throw error
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

function readPart(reader: Reader): PublishedPart {
  return {
    from: readPlace(attribute(reader, 'from')),
    to: readPlace(attribute(reader, 'to')),
    names: asArray(attribute(reader, 'names')).map(asFileName),
  }
}

function readPlace(reader: Reader): string {
  return reader.value === '' ? '' : asFileName(reader)
}
