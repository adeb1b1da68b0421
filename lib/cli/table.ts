import { printable } from './printable.js'

/** How one column of a table stands. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Formats rows as aligned columns, two blanks apart, titles first. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const titles = columns.map(({ title }) => title)
  const cells = rows.map((row) => row.map((cell) => printable(cell)))
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...cells].map((row) => (row[index] ?? '').length)),
  )
  const formatRow = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? ''
        const width = widths[index] ?? 0
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [titles, ...cells].map((row) => `${formatRow(row)}\n`).join('')
}
