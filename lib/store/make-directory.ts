import { mkdir, readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from './store-error.js'

/** What LMDB keeps in a store's directory. */
const STORE_FILES: ReadonlySet<string> = new Set(['data.mdb', 'lock.mdb'])

/**
 * Makes the directory of a new store, or takes an empty one. One that holds other files is refused:
 * more likely than not it was named by mistake.
 *
 * @throws StoreError `ERR_STORE_NOT_FOUND` when it cannot be made, `ERR_STORE_FORMAT` when it holds
 *   other files
 */
export async function makeStoreDirectory(path: string): Promise<void> {
  let names: readonly string[]
  try {
    await makeWithParents(path)
    names = await readdir(path)
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const reason = `its directory cannot be made (${code})`
    throw new StoreError('ERR_STORE_NOT_FOUND', `Cannot make the store ${path}: ${reason}`, {
      cause,
    })
  }
  if (names.every((name) => STORE_FILES.has(name))) return
  const hint = names.includes('dump.json') ? '; it is a dump: copy it into a store first' : ''
  const reason = `the directory holds files that are none of a store${hint}`
  throw new StoreError('ERR_STORE_FORMAT', `Cannot make the store ${path}: ${reason}`)
}

/** As `mkdir` with `recursive`, which never ends where a file system refuses with ENOENT. */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await makeWithParents(dirname(path))
    await mkdir(path)
  }
}
