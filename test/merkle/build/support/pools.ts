import assert from 'node:assert/strict'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { TreePool, type TreePoolOptions } from '../../../../lib/merkle/build/tree-pool.js'
import { TreeBuildError } from '../../../../lib/merkle/index.js'

/** Makes a pool for a test and closes it. */
export async function usePool(
  options: TreePoolOptions,
  use: (pool: TreePool) => Promise<void>,
): Promise<void> {
  const pool = new TreePool(options)
  try {
    await use(pool)
  } finally {
    await pool.close()
  }
}

/** Asserts that nothing inside a directory is open in this process, where the system tells. */
export function assertNothingOpen(directory: string): void {
  assert.deepEqual(
    openFiles().filter((path) => path.startsWith(directory)),
    [],
  )
}

/** Threads of this process, where the system tells. */
export function threadCount(): number {
  const directory = '/proc/self/task'
  return existsSync(directory) ? readdirSync(directory).length : 0
}

/** A check that an error is a {@link TreeBuildError} of this file for this reason. */
export function isBuildError(
  path: string | undefined,
  reason: RegExp,
): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TreeBuildError, String(error))
    assert.equal(error.code, 'ERR_TREE_BUILD')
    assert.equal(error.path, path)
    assert.match(error.reason, reason)
    assert.ok(error.message.endsWith(error.reason))
    return true
  }
}

function openFiles(): readonly string[] {
  const directory = '/proc/self/fd'
  if (!existsSync(directory)) return []
  return readdirSync(directory).flatMap((name) => {
    try {
      return [readlinkSync(`${directory}/${name}`)]
    } catch {
      return []
    }
  })
}
