import { join } from 'node:path'
import {
  asBoolean,
  asObject,
  asText,
  asTick,
  attribute,
  isAbsent,
  read,
  refused,
  type Reader,
} from '../../wire/index.js'
import { ENCRYPTION_FILE, METADATA_FILE } from '../dump-metadata.js'
import { readJsonFile, readTextFile } from '../dump-file.js'
import type { DataFormat } from '../file-names.js'
import type { DumpPlace } from './check-listed-files.js'
import { reasonOf, WHAT_IS_READ } from './reason-of.js'
import { toFinding } from './to-finding.js'
import type { VerifyEvent } from './verify-event.js'

const CREATED_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/** What a dump says of its data files, as far as it can be read. */
export interface DeclaredForm {
  readonly format: DataFormat | undefined
  readonly useEnvelope: boolean | undefined
}

/** The attributes that arangodump writes (client notes, 4.1); each may be missing. */
const ATTRIBUTES: Readonly<Record<string, (reader: Reader) => unknown>> = {
  database: asText,
  createdAt: asTime,
  lastTickAtDumpStart: asTick,
  useEnvelope: asBoolean,
  useVPack: asBoolean,
  properties: asObject,
}

/** Checks `dump.json`. */
export async function* checkMetadata({
  directory,
  names,
}: DumpPlace): AsyncGenerator<VerifyEvent, DeclaredForm> {
  const file = join(directory, METADATA_FILE)
  if (!names.has(METADATA_FILE)) {
    const message = 'it is not there'
    yield toFinding({ code: 'metadata-missing', severity: 'warning', file, message })
    return { format: undefined, useEnvelope: undefined }
  }
  const wrong = (error: unknown): VerifyEvent =>
    toFinding({ code: 'metadata', file, message: reasonOf(error) })
  let reader: Reader
  try {
    reader = read(await readJsonFile(directory, METADATA_FILE), WHAT_IS_READ)
    asObject(reader)
  } catch (error) {
    yield wrong(error)
    return { format: undefined, useEnvelope: undefined }
  }
  for (const [name, readValue] of Object.entries(ATTRIBUTES)) {
    const value = attribute(reader, name)
    try {
      if (!isAbsent(value)) readValue(value)
    } catch (error) {
      yield wrong(error)
    }
  }
  const useVPack = flagOf(reader, 'useVPack')
  const format = useVPack === true ? 'vpack' : 'json'
  return {
    format: useVPack === undefined ? undefined : format,
    useEnvelope: flagOf(reader, 'useEnvelope'),
  }
}

/**
 * Checks the file `ENCRYPTION`.
 *
 * @returns false when the data files are encrypted, so that they cannot be looked into
 */
export async function* checkEncryptionFile({
  directory,
  names,
}: DumpPlace): AsyncGenerator<VerifyEvent, boolean> {
  if (!names.has(ENCRYPTION_FILE)) return true
  const file = join(directory, ENCRYPTION_FILE)
  try {
    const kind = (await readTextFile(directory, ENCRYPTION_FILE)).trim()
    if (kind === 'none') return true
    const isKnown = kind === 'aes-256-ctr'
    const message = isKnown
      ? `the files are encrypted (${kind})`
      : 'it says neither "none" nor a known kind'
    yield toFinding({ code: 'encryption', file, message })
    return !isKnown
  } catch (error) {
    yield toFinding({ code: 'file-unreadable', file, message: reasonOf(error) })
    return true
  }
}

function asTime(reader: Reader): string {
  const text = asText(reader)
  if (CREATED_AT.test(text) && !Number.isNaN(Date.parse(text))) return text
  throw refused(reader, 'a time such as 2025-11-16T08:14:33Z')
}

function flagOf(reader: Reader, name: string): boolean | undefined {
  const { value } = attribute(reader, name)
  return typeof value === 'boolean' ? value : undefined
}
