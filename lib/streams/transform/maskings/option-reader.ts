import { LosslessNumber } from 'lossless-json'
import { wrapU64 } from '../../../values/index.js'
import type { Json, JsonObject } from '../../../wire/index.js'
import { MaskingsError, type MaskingsPlace } from './maskings-error.js'
import { parseDate } from './parse-date.js'

/** Reads the options of one rule; whatever is wrong is told with the place of the rule. */
export class OptionReader {
  readonly #options: JsonObject
  readonly #place: MaskingsPlace

  constructor(options: JsonObject, place: MaskingsPlace) {
    this.#options = options
    this.#place = place
  }

  /** @throws MaskingsError */
  fail(reason: string): never {
    throw new MaskingsError(reason, this.#place)
  }

  text(name: string, fallback: string): string {
    const value = this.#value(name)
    if (value === undefined) return fallback
    return typeof value === 'string' ? value : this.#refuse(name, 'a text')
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#value(name)
    if (value === undefined) return fallback
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false')
  }

  number(name: string, fallback: number): number {
    const value = this.#value(name)
    if (value === undefined) return fallback
    const number = value instanceof LosslessNumber ? Number(value.toString()) : value
    return typeof number === 'number' && Number.isFinite(number)
      ? number
      : this.#refuse(name, 'a number')
  }

  /** A whole number that JavaScript holds exactly, from `lower` to `upper`. */
  integer(
    name: string,
    fallback: number,
    lower: number = Number.MIN_SAFE_INTEGER,
    upper: number = Number.MAX_SAFE_INTEGER,
  ): number {
    const value = this.number(name, fallback)
    const isFitting = Number.isSafeInteger(value) && value >= lower && value <= upper
    return isFitting ? value : this.#refuse(name, `a whole number from ${lower} to ${upper}`)
  }

  /** An integer of 64 bits, signed or not, as an unsigned one. */
  seed(name: string): bigint {
    const value = this.#value(name)
    if (value === undefined) return 0n
    // Neither a text nor anything else that looks like a number is one.
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    const text = isNumber || value instanceof LosslessNumber ? value.toString() : ''
    const seed = /^-?\d+$/.test(text) ? BigInt(text) : undefined
    const isFitting = seed !== undefined && seed >= -(2n ** 63n) && seed < 2n ** 64n
    return isFitting ? wrapU64(seed) : this.#refuse(name, 'a whole number of 64 bits')
  }

  /** Milliseconds since 1970. */
  date(name: string, fallback: number): number {
    const value = this.#value(name)
    if (value === undefined) return fallback
    const date = typeof value === 'string' ? parseDate(value) : undefined
    return date ?? this.#refuse(name, 'a date as 2019-12-31T23:59:59.000Z')
  }

  #value(name: string): Json {
    return Object.hasOwn(this.#options, name) ? this.#options[name] : undefined
  }

  #refuse(name: string, expected: string): never {
    return this.fail(`"${name}" must be ${expected}`)
  }
}
