const DAY_MS = 24 * 3600 * 1000
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

/** Placeholders of AQL's `DATE_FORMAT()`, in the way its documentation lists them; all of UTC. */
const PLACEHOLDERS: Readonly<Record<string, (date: Date) => string | number>> = {
  t: (date) => date.getTime(),
  z: (date) => date.toISOString(),
  w: (date) => date.getUTCDay(),
  y: (date) => date.getUTCFullYear(),
  yy: (date) => pad(date.getUTCFullYear() % 100, 2),
  yyyy: (date) => pad(date.getUTCFullYear(), 4),
  yyyyyy: (date) => `+${pad(date.getUTCFullYear(), 6)}`,
  m: (date) => date.getUTCMonth() + 1,
  mm: (date) => pad(date.getUTCMonth() + 1, 2),
  d: (date) => date.getUTCDate(),
  dd: (date) => pad(date.getUTCDate(), 2),
  h: (date) => date.getUTCHours(),
  hh: (date) => pad(date.getUTCHours(), 2),
  i: (date) => date.getUTCMinutes(),
  ii: (date) => pad(date.getUTCMinutes(), 2),
  s: (date) => date.getUTCSeconds(),
  ss: (date) => pad(date.getUTCSeconds(), 2),
  f: (date) => date.getUTCMilliseconds(),
  fff: (date) => pad(date.getUTCMilliseconds(), 3),
  x: (date) => dayOfYear(date),
  xxx: (date) => pad(dayOfYear(date), 3),
  k: (date) => weekOfYear(date),
  kk: (date) => pad(weekOfYear(date), 2),
  l: (date) => (daysInMonth(date.getUTCFullYear(), 1) === 29 ? 1 : 0),
  q: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  a: (date) => daysInMonth(date.getUTCFullYear(), date.getUTCMonth()),
  mmm: (date) => nameOf(MONTHS, date.getUTCMonth()).slice(0, 3),
  mmmm: (date) => nameOf(MONTHS, date.getUTCMonth()),
  www: (date) => nameOf(WEEKDAYS, date.getUTCDay()).slice(0, 3),
  wwww: (date) => nameOf(WEEKDAYS, date.getUTCDay()),
  '%': () => '%',
  '&': () => '',
  '': () => '',
}

/** The longest first, so that `%mmm` is not `%m` and two letters; a lone `%` last. */
const PATTERN = new RegExp(
  `%(${Object.keys(PLACEHOLDERS)
    .toSorted((a, b) => b.length - a.length)
    .join('|')})`,
  'gi',
)

/**
 * Writes a date as AQL's `DATE_FORMAT()` does: `%yyyy-%mm-%dd`.
 *
 * @param ms - milliseconds since 1970, in the years 0 to 9999
 * @param format - an empty one gives an empty text
 */
export function formatDate(ms: number, format: string): string {
  const date = new Date(ms)
  return format.replace(PATTERN, (_match, name: string) =>
    String(PLACEHOLDERS[name.toLowerCase()]?.(date)),
  )
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

function nameOf(names: readonly string[], index: number): string {
  return names[index] as string
}

function daysInMonth(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate()
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - utc(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1
}

/** The week after ISO 8601: it belongs to the year in which its Thursday lies. */
function weekOfYear(date: Date): number {
  const weekday = (date.getUTCDay() + 6) % 7
  const thursday = new Date(date.getTime() + (3 - weekday) * DAY_MS)
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day)
}
