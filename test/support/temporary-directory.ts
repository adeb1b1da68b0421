import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory for one suite or test; call inside `describe`, read `path` inside tests. */
export interface TemporaryDirectory {
  /** The path of a file or directory inside. */
  readonly at: (name: string) => string
}

/** Makes a new directory before each test of the suite, and removes it afterwards. */
export function useTemporaryDirectory(): TemporaryDirectory {
  let path = ''
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'tidemark-test-'))
  })
  afterEach(() => rm(path, { recursive: true, force: true }))
  return { at: (name) => join(path, name) }
}
