import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { withOutputFile } from '../../lib/cli/output-file.js'
import { OutputFileError } from '../../lib/core/index.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'

describe('withOutputFile()', () => {
  const { at } = useTemporaryDirectory()
  const { signal } = new AbortController()

  function assertFails(path: string, reason: RegExp): Promise<void> {
    const work = (): Promise<never> => Promise.reject(new Error('the work was begun'))
    return assert.rejects(withOutputFile(path, signal, work), (error: unknown) => {
      assert.ok(error instanceof OutputFileError)
      assert.equal(error.path, path)
      assert.ok(error.message.startsWith(`Cannot write file "${path}": `))
      assert.match(error.message, reason)
      return true
    })
  }

  it('writes all pieces and gives what the work gives', async () => {
    const result = await withOutputFile(at('out'), signal, async (write) => {
      await write(['a', Buffer.from([0x62, 0xff])])
      await write([])
      await write(['ö'])
      return 42
    })
    assert.equal(result, 42)
    assert.deepEqual(await readFile(at('out')), Buffer.from([0x61, 0x62, 0xff, 0xc3, 0xb6]))
    assert.deepEqual(await readdir(at('.')), ['out'])
  })

  it('replaces a file only when the new one is complete', async () => {
    await writeFile(at('out'), 'old and longer')
    await withOutputFile(at('out'), signal, async (write) => {
      await write(['new'])
      assert.equal(await readFile(at('out'), 'utf8'), 'old and longer')
    })
    assert.equal(await readFile(at('out'), 'utf8'), 'new')
    assert.deepEqual(await readdir(at('.')), ['out'])
  })

  it('keeps the permissions of the file that it replaces', async () => {
    await writeFile(at('out'), 'old')
    for (const mode of [0o600, 0o664]) {
      await chmod(at('out'), mode)
      await withOutputFile(at('out'), signal, (write) => write(['new']))
      assert.equal((await stat(at('out'))).mode & 0o7777, mode)
    }
  })

  it('writes where a symbolic link leads, and keeps the link', async () => {
    await writeFile(at('file'), 'old')
    await symlink(at('file'), at('link'))
    await withOutputFile(at('link'), signal, (write) => write(['new']))
    assert.equal(await readFile(at('file'), 'utf8'), 'new')
    assert.deepEqual((await readdir(at('.'))).sort(), ['file', 'link'])
  })

  it('leaves nothing behind when the work fails, and passes its error on', async () => {
    await writeFile(at('out'), 'old')
    const failure = new Error('halfway')
    const work = withOutputFile(at('out'), signal, async (write) => {
      await write(['half'])
      throw failure
    })
    await assert.rejects(work, failure)
    assert.equal(await readFile(at('out'), 'utf8'), 'old')
    assert.deepEqual(await readdir(at('.')), ['out'])
  })

  it('ends between two pieces when the signal is aborted', async () => {
    const controller = new AbortController()
    const made: string[] = []
    const pieces = function* (): Generator<string> {
      for (const piece of ['one', 'two', 'three']) {
        made.push(piece)
        if (piece === 'two') controller.abort(new Error('enough'))
        yield piece
      }
    }
    const work = withOutputFile(at('out'), controller.signal, (write) => write(pieces()))
    await assert.rejects(work, { message: 'enough' })
    assert.deepEqual(made, ['one', 'two'])
    assert.deepEqual(await readdir(at('.')), [])
  })

  it('does not replace a file once it is told to stop', async () => {
    const controller = new AbortController()
    const work = withOutputFile(at('out'), controller.signal, async (write) => {
      await write(['all of it'])
      controller.abort(new Error('enough'))
    })
    await assert.rejects(work, { message: 'enough' })
    assert.deepEqual(await readdir(at('.')), [])
  })

  it('refuses a place without a directory, and what is no file, before the work begins', async () => {
    await mkdir(at('directory'))
    await writeFile(at('file'), '')
    await assertFails(at('absent/out'), /there is no such directory$/)
    await assertFails(at('file/out'), /there is no such directory$/)
    await assertFails(at('directory'), /it is not a regular file$/)
    await assertFails('/dev/null', /it is not a regular file$/)
    await assertFails('', /it has no name$/)
  })

  it('refuses a directory that it may not write to', async () => {
    await mkdir(at('directory'))
    await chmod(at('directory'), 0o500)
    // Permissions do not stop root, but the kernel's own files do.
    const isRoot = process.getuid?.() === 0
    const path = isRoot ? '/sys/kernel/out' : at('directory/out')
    await assertFails(path, /no permission to write there$/)
  })
})
