import { asBoolean, asCount, attribute, optional, type Reader } from '../../wire/index.js'
import { readFormat, type DirectoryFormat } from '../manifest.js'
import type { DirectoryFormatOptions } from './directory-target.js'

/** How the files of a directory are written, all of it decided. */
export interface WrittenForm {
  readonly format: DirectoryFormat
  readonly envelope: boolean
  readonly gzip: boolean
  readonly splitBytes: number | undefined
  readonly vpack: boolean
  readonly structureOnly: boolean
}

/** What is written where nothing else is asked for. */
const DEFAULT_FORM: WrittenForm = {
  format: '3.12',
  envelope: false,
  gzip: true,
  splitBytes: undefined,
  vpack: false,
  structureOnly: false,
}

/**
 * Decides how files are written.
 *
 * @throws RangeError when options do not go together
 */
export function toWrittenForm(options: DirectoryFormatOptions): WrittenForm {
  const form: WrittenForm = {
    format: options.format ?? DEFAULT_FORM.format,
    envelope: options.envelope ?? DEFAULT_FORM.envelope,
    gzip: options.gzip ?? DEFAULT_FORM.gzip,
    splitBytes: options.splitBytes,
    vpack: options.vpack ?? DEFAULT_FORM.vpack,
    structureOnly: options.structureOnly ?? DEFAULT_FORM.structureOnly,
  }
  assertTogether(form)
  return form
}

function assertTogether({ format, envelope, splitBytes, vpack }: WrittenForm): void {
  if (vpack && format !== '3.12') throw unsuitable('arangorestore reads VelocyPack since 3.12')
  if (vpack && envelope) throw unsuitable('VelocyPack data has no envelope')
  if (splitBytes !== undefined && !(Number.isSafeInteger(splitBytes) && splitBytes > 0)) {
    throw unsuitable('splitBytes is no whole number above 0')
  }
}

/** Reads the JSON form, which is the object itself. */
export function readWrittenForm(reader: Reader): WrittenForm {
  return {
    format: readFormat(attribute(reader, 'format')),
    envelope: asBoolean(attribute(reader, 'envelope')),
    gzip: asBoolean(attribute(reader, 'gzip')),
    splitBytes: optional(attribute(reader, 'splitBytes'), asCount),
    vpack: asBoolean(attribute(reader, 'vpack')),
    structureOnly: asBoolean(attribute(reader, 'structureOnly')),
  }
}

/** The first option in which two forms differ. */
export function findDifference(a: WrittenForm, b: WrittenForm): keyof WrittenForm | undefined {
  const names = ['format', 'envelope', 'gzip', 'splitBytes', 'vpack', 'structureOnly'] as const
  return names.find((name) => a[name] !== b[name])
}

function unsuitable(reason: string): RangeError {
  return new RangeError(`Cannot write a dump directory of these options: ${reason}`)
}
