import { InvalidArgumentError, Option, type Command } from 'commander'

const SECOND_MS = 1000
const AGE_UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3600 * SECOND_MS,
  d: 24 * 3600 * SECOND_MS,
}
/** Powers of 1000, as sizes are shown. */
const SIZE_UNITS: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 }
const QUANTITY = /^(\d{1,6})([a-z]{1,2})$/
const UNBOUNDED = 'none'
const LOG_AGE = '7d'
const LOG_SIZE = '4gb'

/** Adds the flags that say how long a leader keeps its log. */
export function withLogFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--log-age <age>', 'keep the log so long, such as 12h; none: for ever')
        .argParser(toAge)
        .default(toAge(LOG_AGE), LOG_AGE),
    )
    .addOption(
      new Option('--log-size <size>', 'and no larger than this; none: of any size')
        .argParser(toSize)
        .default(toSize(LOG_SIZE), LOG_SIZE),
    )
}

/**
 * Reads an age, such as `90s`, `30m`, `12h` or `7d`.
 *
 * @returns milliseconds; infinite for `none`
 * @throws InvalidArgumentError for anything else
 */
export function toAge(text: string): number {
  return toQuantity(text, AGE_UNITS_MS, 'Not an age such as 90s, 30m, 12h or 7d, or none.')
}

/**
 * Reads a size, such as `500mb` or `4gb`.
 *
 * @returns bytes; infinite for `none`
 * @throws InvalidArgumentError for anything else
 */
export function toSize(text: string): number {
  return toQuantity(text, SIZE_UNITS, 'Not a size such as 500mb or 4gb, or none.')
}

function toQuantity(
  text: string,
  units: Readonly<Record<string, number>>,
  refusal: string,
): number {
  const lower = text.toLowerCase()
  if (lower === UNBOUNDED) return Infinity
  const [, digits = '', unit = ''] = QUANTITY.exec(lower) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (factor === undefined || Number(digits) === 0) throw new InvalidArgumentError(refusal)
  return Number(digits) * factor
}
