import assert from 'node:assert/strict'
import { formatTable } from '../../lib/cli/table.js'

describe('formatTable()', () => {
  it('aligns columns under their titles', () => {
    const columns = [
      { title: 'name' },
      { title: 'count', align: 'right' },
      { title: 'end' },
    ] as const
    const table = formatTable(columns, [
      ['a', '1', 'x'],
      ['longer', '1,234,567', ''],
    ])
    assert.equal(
      table,
      ['name        count  end', 'a               1  x', 'longer  1,234,567', ''].join('\n'),
    )
  })

  it('shows what would steer a terminal, and aligns it', () => {
    const table = formatTable([{ title: 'a' }, { title: 'b' }], [['\u001b[2J', 'x']])
    assert.equal(table, 'a          b\n\\u{1b}[2J  x\n')
  })

  it('shows the titles when there are no rows', () => {
    assert.equal(formatTable([{ title: 'a' }, { title: 'b' }], []), 'a  b\n')
  })
})
