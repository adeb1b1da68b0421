import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openStore, StoreError } from '../../lib/store/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

const CREATE = { mode: 'write', create: true } as const

function isRefusal(code: StoreError['code'], part: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof StoreError && error.code === code && error.message.includes(part)
}

describe('openStore() that makes a store', () => {
  const { at } = useTemporaryDirectory()

  it('makes the directories above it, and takes an empty one', async () => {
    const path = join(at('a'), 'b', 'c')
    await (await openStore(path, CREATE)).close()
    await mkdir(at('empty'))
    await (await openStore(at('empty'), CREATE)).close()
    assert.ok((await readdir(path)).includes('data.mdb'))
  })

  it('leaves a directory alone that holds something else', async () => {
    await mkdir(at('dump'))
    await writeFile(join(at('dump'), 'dump.json'), '{}')
    await assert.rejects(openStore(at('dump'), CREATE), isRefusal('ERR_STORE_FORMAT', 'a dump'))
    assert.deepEqual(await readdir(at('dump')), ['dump.json'])
  })

  it('says when the directory cannot be made, and does not wait for ever', async () => {
    const isRight = isRefusal('ERR_STORE_NOT_FOUND', 'cannot be made')
    await writeFile(at('file'), '')
    await assert.rejects(openStore(join(at('file'), 'x'), CREATE), StoreError)
    if (process.platform === 'linux') await assert.rejects(openStore('/proc/x/y', CREATE), isRight)
  })
})
