import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import type { LogPosition } from '../../../lib/replica/index.js'
import { CheckpointError } from '../../../lib/sync/tail/checkpoint-error.js'
import { fileCheckpoint } from '../../../lib/sync/tail/file-checkpoint.js'
import { tick } from '../../../lib/values/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

function positionAt(value: bigint): LogPosition {
  return {
    serverId: '41873120939',
    database: 'shop',
    tick: tick(value),
    resumeTick: tick(value - 1n),
    openTransactions: [tick(value - 1n)],
  }
}

describe('fileCheckpoint()', () => {
  const directory = useTemporaryDirectory()
  const files = (): Promise<string[]> => readdir(directory.at('.'))

  it('has no position before the first save', async () => {
    assert.equal(await fileCheckpoint(directory.at('c')).load(), undefined)
    assert.deepEqual(await files(), [])
  })

  it('gives back what was saved last, to another process too', async () => {
    const checkpoint = fileCheckpoint(directory.at('c'))
    for (const value of [5n, 2n ** 64n - 1n, 2n ** 53n + 1n]) {
      await checkpoint.save(positionAt(value))
      assert.deepEqual(await checkpoint.load(), positionAt(value))
      assert.deepEqual(await fileCheckpoint(directory.at('c')).load(), positionAt(value))
    }
    assert.deepEqual(await files(), ['c'])
  })

  it('takes saves in their order, however they come, and load() waits for them', async () => {
    const checkpoint = fileCheckpoint(directory.at('c'))
    const saves = Array.from({ length: 20 }, (_, index) =>
      checkpoint.save(positionAt(BigInt(index + 1))),
    )
    assert.deepEqual(await checkpoint.load(), positionAt(20n))
    await Promise.all(saves)
    assert.deepEqual(await files(), ['c'])
  })

  it('writes a line of JSON that only the owner reads, whatever was allowed before', async () => {
    await writeFile(directory.at('c'), '', { mode: 0o644 })
    await fileCheckpoint(directory.at('c')).save(positionAt(7n))
    const { mode } = await stat(directory.at('c'))
    assert.equal(mode & 0o777, 0o600)
    assert.equal(
      await readFile(directory.at('c'), 'utf8'),
      '{"kind":"tidemark checkpoint","version":1,"position":{"serverId":"41873120939",' +
        '"database":"shop","tick":"7","resumeTick":"6","openTransactions":["6"]}}\n',
    )
  })

  it('follows a link, and leaves it a link', async () => {
    await fileCheckpoint(directory.at('c')).save(positionAt(7n))
    await symlink(directory.at('c'), directory.at('link'))
    const checkpoint = fileCheckpoint(directory.at('link'))
    assert.deepEqual(await checkpoint.load(), positionAt(7n))
    await checkpoint.save(positionAt(8n))
    assert.deepEqual(await fileCheckpoint(directory.at('c')).load(), positionAt(8n))
    assert.deepEqual((await files()).sort(), ['c', 'link'])
  })

  it('takes away what a killed process left, and nothing else', async () => {
    await writeFile(directory.at('c.0123abcd.tmp'), '{"kind":')
    const others = ['c.0123abcd.tmp2', 'c.tmp', 'cc.0123abcd.tmp', 'x']
    for (const name of others) await writeFile(directory.at(name), name)
    await fileCheckpoint(directory.at('c')).load()
    assert.deepEqual((await files()).sort(), others)
  })

  it('throws a TypeError at the call for a file without a name', () => {
    assert.throws(() => fileCheckpoint(''), TypeError)
  })
})

describe('fileCheckpoint() and files that are no good', () => {
  const directory = useTemporaryDirectory()

  async function refusal(text: string | Buffer): Promise<CheckpointError> {
    const path = directory.at('bad')
    await writeFile(path, text)
    const error = await fileCheckpoint(path)
      .load()
      .catch((reason: unknown) => reason)
    assert.ok(error instanceof CheckpointError)
    assert.equal(error.code, 'ERR_CHECKPOINT_FILE')
    assert.equal(error.path, path)
    assert.ok(error.message.startsWith(`Cannot read checkpoint "${path}": it `), error.message)
    assert.deepEqual(await readFile(path), Buffer.from(text), 'it is left as it was')
    return error
  }

  it('says of every file that was cut off that it is damaged, and what to do', async () => {
    const path = directory.at('c')
    await fileCheckpoint(path).save(positionAt(7n))
    const text = await readFile(path, 'utf8')
    for (let end = 0; end < text.length - 1; end += 1) {
      const { message } = await refusal(text.slice(0, end))
      assert.match(message, /: it is damaged; name another file, or remove this one and say where/)
    }
  })

  it('says so as well of a position that is none', async () => {
    for (const position of ['{}', 'null', '7', '{"serverId":"1"}']) {
      const { message } = await refusal(
        `{"kind":"tidemark checkpoint","version":1,"position":${position}}`,
      )
      assert.match(message, /: it is damaged; /)
    }
    assert.match((await refusal('{"kind":"tidemark checkpoint","version":1}')).message, /damaged/)
  })

  it("says of somebody else's file that it is none", async () => {
    const foreign = [
      '{}',
      '[]',
      'null',
      '"x"',
      '{"kind":"other"}',
      'a,b\n1,2\n',
      Buffer.of(0xff, 0),
    ]
    for (const text of [...foreign, ' '.repeat(1024 * 1024 + 1)]) {
      const { message } = await refusal(text)
      assert.match(message, /: it holds something else than a checkpoint; name another file$/)
    }
  })

  it('says which version it can read', async () => {
    const { message } = await refusal('{"kind":"tidemark checkpoint","version":2,"position":{}}')
    assert.match(message, /it is of version 2, and only 1 can be read; use the tidemark that/)
  })

  it('refuses what is not a regular file, when loading and when saving', async () => {
    await mkdir(directory.at('d'))
    const checkpoint = fileCheckpoint(directory.at('d'))
    const reason = /it is not a regular file$/
    await assert.rejects(checkpoint.load(), { code: 'ERR_CHECKPOINT_FILE', message: reason })
    await assert.rejects(checkpoint.save(positionAt(7n)), { message: reason })
    await assert.rejects(fileCheckpoint('/dev/null').load(), { message: reason })
  })

  it('finds out before any work that there is no such directory', async () => {
    const reason = /its directory is not there$/
    const checkpoint = fileCheckpoint(directory.at('no/c'))
    await assert.rejects(checkpoint.load(), { code: 'ERR_CHECKPOINT_FILE', message: reason })
    await writeFile(directory.at('file'), '')
    await assert.rejects(fileCheckpoint(directory.at('file/c')).load(), { message: reason })
    await assert.rejects(checkpoint.save(positionAt(7n)), (error) => {
      assert.ok(error instanceof CheckpointError)
      assert.match(error.message, /^Cannot save checkpoint ".*": its directory is not there$/)
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT')
      return true
    })
  })

  it('saves again after a save that failed', async () => {
    const checkpoint = fileCheckpoint(directory.at('late/c'))
    await assert.rejects(checkpoint.save(positionAt(7n)))
    await mkdir(directory.at('late'))
    await checkpoint.save(positionAt(8n))
    assert.deepEqual(await checkpoint.load(), positionAt(8n))
  })

  it('replaces a file of its own that is damaged', async () => {
    const path = directory.at('c')
    const checkpoint = fileCheckpoint(path)
    await checkpoint.save(positionAt(7n))
    await truncate(path, 10)
    await assert.rejects(checkpoint.load())
    await checkpoint.save(positionAt(8n))
    assert.deepEqual(await fileCheckpoint(path).load(), positionAt(8n))
  })
})
