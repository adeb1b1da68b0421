/*
 * A process that saves positions is killed at random moments: what it said was saved must be there,
 * or a later one, and never half of one.
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { fileCheckpoint } from '../../../lib/sync/tail/file-checkpoint.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const WRITER = new URL('./support/checkpoint-writer.js', import.meta.url)
const ROUNDS = 6
const SAVES_MAX = 30

describe('fileCheckpoint() of a process that is killed', () => {
  const directory = useTemporaryDirectory()

  it('holds what was saved last, or what was saved then', async () => {
    let saved = 0n
    for (let round = 0; round < ROUNDS; round += 1) {
      saved = await saveAndKill(directory.at('c'), 1 + Math.floor(Math.random() * SAVES_MAX))
      const position = await fileCheckpoint(directory.at('c')).load()
      assert.ok(position !== undefined)
      assert.ok(position.tick >= saved, `${position.tick} below ${saved}`)
      assert.deepEqual(await readdir(directory.at('.')), ['c'])
    }
    assert.ok(saved >= BigInt(ROUNDS))
  })

  /** @returns the last tick that the process told */
  async function saveAndKill(path: string, saves: number): Promise<bigint> {
    const child = fork(WRITER, [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const closed = once(child, 'close')
    const disconnected = once(child, 'disconnect')
    let told = 0n
    let count = 0
    await new Promise<void>((resolve) => {
      child.on('message', (text) => {
        told = BigInt(text as string)
        count += 1
        if (count === saves) resolve()
      })
      child.once('exit', () => {
        resolve()
      })
    })
    child.kill('SIGKILL')
    const [, signal] = (await closed) as [number | null, string | null]
    await disconnected
    assert.equal(signal, 'SIGKILL', 'it did not end by itself')
    return told
  }
})
