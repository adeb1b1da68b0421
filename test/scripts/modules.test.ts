/*
 * Coverage knows only what was loaded. Loading every module here makes a file without any test count
 * as uncovered, and shows that each one loads by itself, in any order.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'

/** `dist/lib/`, two levels above this file's built form. */
const LIB = new URL('../../lib/', import.meta.url)
/** Loading it runs the program. */
const PROGRAM = 'cli/main.js'

describe('lib', () => {
  it('has only modules that load by themselves', async function () {
    this.timeout(120_000)
    const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    const modules = files.filter((file) => file.endsWith('.js') && file !== PROGRAM)
    assert.notEqual(modules.length, 0)
    for (const file of modules) await import(new URL(file, LIB).href)
  })
})
