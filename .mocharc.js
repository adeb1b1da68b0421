import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = 'dist/test'

/**
 * The test files of one part, `1/2` for the first of two: every second file, so that folders whose
 * tests are slow are in both. Without a part all of them.
 *
 * @param {string | undefined} part
 * @returns {string[]}
 */
function testFiles(part) {
  if (part === undefined) return [join(FOLDER, '**', '*.test.js')]
  const [number, count] = part.split('/').map(Number)
  return readdirSync(FOLDER, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .filter((_name, index) => index % count === number - 1)
    .map((name) => join(FOLDER, name))
}

export default {
  spec: testFiles(process.env.TIDEMARK_TEST_PART),
  reporter: './dist/test/support/reporter.js',
  'node-option': ['enable-source-maps'],
  'forbid-only': true,
  timeout: 60_000,
}
