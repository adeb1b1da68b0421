import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createProgram } from '../../lib/cli/program.js'
import { runInProcess } from '../cli/support/run-in-process.js'
import { writeSampleDump } from '../support/sample-dump.js'
import { describeWithShared, sharedUrl } from '../support/shared.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const PAGE = new URL('../../../docs/arangodump.md', import.meta.url)
const TOOLS = [
  { tool: 'arangodump', command: 'dump' },
  { tool: 'arangorestore', command: 'restore' },
] as const

/** Rows of the table below a heading: cells without white space around them. */
function rowsBelow(page: string, heading: string): readonly (readonly string[])[] {
  const [, rest = ''] = page.split(heading)
  const [section = ''] = rest.split(/\n#/)
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** What stands in backticks and is a flag. */
const flagsIn = (cell: string): string[] =>
  [...cell.matchAll(/`(--[^` ]+)/g)].map(([, f]) => f ?? '')

describe('docs/arangodump.md', () => {
  const { at } = useTemporaryDirectory()
  let page: string
  before(async () => {
    page = await readFile(PAGE, 'utf8')
  })

  for (const { tool, command } of TOOLS) {
    it(`names flags of tidemark ${command} that there are, and none that there are not`, () => {
      const program = createProgram('0', () => Promise.resolve())
      const { options = [] } = program.commands.find((one) => one.name() === command) ?? {}
      const known = options.map(({ long }) => long)
      const rows = rowsBelow(page, `\n## ${tool}\n`)
      assert.ok(rows.length > 25)
      for (const row of rows) checkRow(row, known)
    })
  }

  /** A flag that is named is there, as they spell it too; of one that is not, the reason is told. */
  function checkRow(row: readonly string[], known: readonly (string | null | undefined)[]): void {
    const [theirs = '', ours = '', why = ''] = row
    const [name = ''] = flagsIn(theirs)
    const flags = flagsIn(ours)
    for (const flag of flags) assert.ok(known.includes(flag), `${flag} is not there`)
    if (flags.length > 0) {
      assert.ok(flags.includes(name), `${name} is not taken as it is`)
      return
    }
    assert.ok(ours === 'no' && why !== '', `${name}: why not?`)
    // Flags that would tell a secret are known, to be refused.
    assert.ok(name.startsWith('--server.') || !known.includes(name), `${name} is there`)
  }

  it('shows commands that run', async () => {
    await writeSampleDump(at('dump'), [{ name: 'orders', count: 20 }])
    const [block = ''] = (page.split('```sh\n')[1] ?? '').split('```')
    const lines = block.split('\n').filter((line) => line !== '')
    assert.ok(lines.length >= 4)
    for (const line of lines) {
      const [program, ...words] = line.replaceAll("'", '').split(' ')
      assert.equal(program, 'tidemark')
      const placed = words.map((word) => word.replace(/^(store:)?\.\//, `$1${at('')}/`))
      const { exitCode, stderr } = await runInProcess(placed)
      assert.equal(exitCode, 0, `${line}: ${stderr}`)
    }
  })

  describeWithShared('compared with the notes', () => {
    for (const { tool } of TOOLS) {
      it(`has every line of the list of ${tool}`, () => {
        const notes = readFileSync(sharedUrl('protocol/client.md'), 'utf8')
        const listed = rowsBelow(notes, `### ${tool} [`).flatMap(([cell = '']) => namesIn(cell))
        assert.ok(listed.length > 25)
        const rows = rowsBelow(page, `\n## ${tool}\n`)
        const told = rows.flatMap(([cell = '']) => flagsIn(cell))
        for (const name of listed) {
          const isTold = told.some((flag) => flag === `--${name}` || isOfGroup(flag, name))
          assert.ok(isTold, `${name} is not told of`)
        }
      })
    }

    /** `a / b (3.12)` names two; what stands in brackets and begins with "ex" is an older name. */
    function namesIn(cell: string): string[] {
      const older = [...cell.matchAll(/\(ex ([a-z-]+)\)/g)].map(([, name]) => name ?? '')
      const names = cell.replaceAll(/\([^)]*\)/g, '').split('/')
      return [...names.map((name) => name.trim()).filter((name) => name !== ''), ...older]
    }

    /** `server.*` stands for several, and `key-generator` after `encryption.keyfile` for itself. */
    function isOfGroup(flag: string, name: string): boolean {
      if (name.endsWith('.*')) return flag.startsWith(`--${name.slice(0, -1)}`)
      return flag.endsWith(`.${name}`)
    }
  })
})
