import assert from 'node:assert/strict'
import { withFiles, type Files } from '../../support/dump-directory.js'
import { verifyAll } from './findings-of.js'

/** Checks a directory of these files, and what is told as `Verified.short` has it. */
export async function assertFindings(files: Files, expected: readonly string[]): Promise<void> {
  await withFiles(files, async (path) => {
    const { short, findings, finished } = await verifyAll(path)
    assert.deepEqual(short, expected)
    assert.equal(finished.warnings, short.filter((text) => text.endsWith('(warning)')).length)
    assert.equal(finished.errors, short.length - finished.warnings)
    for (const { message, advice } of findings) {
      assert.ok(message.length > 5 && advice.length > 5)
      assert.doesNotMatch(message + advice, /secret/)
    }
  })
}
