/** A date of ISO 8601, of which everything behind the year may be missing. */
const DATE =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.](\d{1,3})\d*)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/i

/** What stands for a part that is missing. */
const EARLIEST = ['', '1', '1', '00', '00', '00', '0', 'Z'] as const

/**
 * Reads a date of ISO 8601, such as `2010-06` or `2019-01-01T12:30:00.000Z`. What is missing is as early
 * as can be, and a time without a zone is of UTC.
 *
 * @returns milliseconds since 1970; undefined when the text is no date
 */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, ...parts] = match as readonly (string | undefined)[]
  const [year, month, day, hours, minutes, seconds, fraction, zone] = EARLIEST.map(
    (earliest, index) => parts[index] ?? earliest,
  ) as unknown as typeof EARLIEST
  if (!isDayOfMonth(Number(year), Number(month), Number(day))) return undefined
  const date = `${year}-${pad(month)}-${pad(day)}`
  const time = `${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}`
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`)
  return Number.isNaN(ms) ? undefined : ms
}

function pad(digits: string): string {
  return digits.padStart(2, '0')
}

/** `Date.parse` takes the 31st of any month. */
function isDayOfMonth(year: number, month: number, day: number): boolean {
  return new Date(new Date(0).setUTCFullYear(year, month - 1, day)).getUTCDate() === day
}
