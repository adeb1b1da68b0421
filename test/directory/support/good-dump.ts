import { VelocyPackWriter } from '../../../lib/wire/index.js'
import { structureOf, type Files } from '../../support/dump-directory.js'

/** MD5 of `c`. */
export const HASH = '4a8a08f09d37b73795649038408b5f33'
/** The data file of {@link GOOD}. */
export const DATA = 'c_4a8a08f09d37b73795649038408b5f33.data.json'
/** A dump with which nothing is wrong: a collection of two documents, and a view. */
export const GOOD: Files = {
  ENCRYPTION: 'none',
  'dump.json':
    '{"database":"shop","createdAt":"2025-11-16T08:14:33Z","lastTickAtDumpStart":"7","useEnvelope":false,"useVPack":false,"properties":{"name":"shop"}}',
  [`c_${HASH}.structure.json`]: structureOf('c'),
  [DATA]: lines(line('1'), line('2')),
  'v.view.json': '{"name":"v","type":"arangosearch"}',
}

/** A document, as its line without the newline. */
export function line(key: string, attributes: object = {}): string {
  return JSON.stringify({ _key: key, _id: `c/${key}`, _rev: `_g${key}AAAA---`, ...attributes })
}

/** Lines with their newlines. */
export function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

/** {@link GOOD} without some of its files. */
export function without(...names: readonly string[]): Files {
  return Object.fromEntries(Object.entries(GOOD).filter(([name]) => !names.includes(name)))
}

/** The VelocyPack form of a JSON text. */
export function packed(text: string): Buffer {
  return Buffer.from(new VelocyPackWriter().write(Buffer.from(text), 0, text.length))
}
