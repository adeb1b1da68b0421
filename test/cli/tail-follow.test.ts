import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { databaseOf, startTestLeader } from '../server/support/test-leader.js'
import { useTemporaryDirectory } from '../support/temporary-directory.js'
import { runInProcess, type InProcessOptions } from './support/run-in-process.js'
import { MAIN } from './support/program-file.js'
import { runTidemark } from './support/run-tidemark.js'
import { keysOf, linesOf, useTailLeader, type TailLine } from './support/tail-leader.js'

describe('tidemark tail, its place and its output', () => {
  const { at } = useTemporaryDirectory()
  const { url, store, collection, put, tail, transact } = useTailLeader()

  it('goes on with what comes, and ends with 130 at Ctrl-C', async () => {
    await put('a', 'k1')
    const seen: (string | undefined)[] = []
    await tail(
      ['--follow', '--from', 'start'],
      {
        onLine: (line, run) => {
          const { key } = JSON.parse(line) as TailLine
          seen.push(key)
          if (key === 'k1') void put('a', 'k2')
          if (key === 'k2') run.interrupt()
        },
      },
      130,
    )
    assert.deepEqual(seen, [undefined, 'k1', 'k2'])
  })

  it('goes on behind what it wrote with --checkpoint, whatever --from says', async () => {
    const flags = ['--checkpoint', at('position'), '--from', 'start']
    await put('a', 'k1')
    assert.equal(linesOf(await tail(flags)).length, 2)
    await transact()
    assert.deepEqual(keysOf(linesOf(await tail(flags))), ['t1', 't2', 't1'])
    assert.equal((await tail(flags)).stdout, '')
  })

  it('keeps the position at Ctrl-C, so that the next run goes on', async () => {
    const flags = ['--checkpoint', at('position'), '--follow']
    const seen: (string | undefined)[] = []
    for (const last of ['k2', 'k5']) {
      const options: InProcessOptions = {
        onLine: (line, run) => {
          const { key } = JSON.parse(line) as TailLine
          seen.push(key)
          if (key === last) run.interrupt()
        },
      }
      await put('a', ...(last === 'k2' ? ['k1', 'k2'] : ['k3', 'k4', 'k5']))
      await tail(flags, options, 130)
    }
    assert.deepEqual(seen, [undefined, 'k1', 'k2', 'k3', 'k4', 'k5'])
  })

  it('keeps where it is also where nothing is for it', async () => {
    const flags = ['--checkpoint', at('position'), '--collections', 'a']
    await put('a', 'k1')
    await tail(flags)
    const before = await readFile(at('position'), 'utf8')
    await put('b', 'k1', 'k2')
    assert.equal((await tail(flags)).stdout, '')
    assert.notEqual(await readFile(at('position'), 'utf8'), before)
  })

  it('does the same for raw lines', async () => {
    const flags = ['--checkpoint', at('position'), '--raw']
    await transact()
    const first = await tail(flags)
    await put('a', 'k1')
    const second = await tail(flags)
    assert.equal(first.stdout + second.stdout, (await tail(['--raw'])).stdout)
    assert.match(second.stdout, /^[^\n]*"k1"[^\n]*\n$/)
  })

  it('saves no position before the lines were written', async () => {
    await put('a', 'k1')
    const stuck = new Writable({ write: () => undefined })
    await tail(
      ['--checkpoint', at('position')],
      {
        stdout: stuck,
        onStart: (run) => {
          const look = setInterval(() => {
            if (stuck.writableLength === 0) return
            clearInterval(look)
            run.interrupt()
          }, 5)
        },
      },
      130,
    )
    assert.equal(existsSync(at('position')), false)
  })

  it('holds back the leader where nobody reads, not the heap', async () => {
    await put('a')
    const a = collection('a')
    const fill = 'x'.repeat(50_000)
    for (let index = 0; index < 100; index += 1) {
      await store().put(a, `{"_key":"k${index}","fill":"${fill}"}`)
    }
    let lengthMax = 0
    const slow = new Writable({
      write: (_chunk, _encoding, done) => {
        lengthMax = Math.max(lengthMax, slow.writableLength)
        setImmediate(done)
      },
    })
    await tail([], { stdout: slow })
    assert.ok(lengthMax <= 128 * 1024, `${lengthMax} bytes were waiting`)
  })

  it('ends quietly once nobody reads any more', async () => {
    await put('a', ...Array.from({ length: 50 }, (_, index) => `k${index}`))
    const gone = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      },
    })
    const { stderr } = await tail(['--follow'], { stdout: gone })
    assert.equal(stderr, '')
  })

  it('ends with an error where stdout cannot be written', async () => {
    await put('a', 'k1')
    const full = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }))
      },
    })
    const { stderr } = await tail([], { stdout: full }, 1)
    assert.match(stderr, /^tidemark: Cannot write to stdout: write ENOSPC\n$/)
  })

  it('says what is wrong with a checkpoint', async () => {
    await put('a', 'k1')
    await writeFile(at('position'), 'something else')
    const flags = ['--checkpoint', at('position')]
    const damaged = await tail(flags, {}, 1)
    assert.match(damaged.stderr, /^tidemark: Cannot read checkpoint /)
    const system = await runInProcess(['tail', url(), '--checkpoint', at('other')])
    assert.equal(system.exitCode, 0, system.stderr)
    const foreign = await tail(['--checkpoint', at('other')], {}, 1)
    assert.match(foreign.stderr, /database "_system"/)
    assert.equal(foreign.stdout, '')
  })

  it('refuses flags that do not fit', async () => {
    for (const flags of [
      ['--from', 'yesterday'],
      ['--from', '-1'],
      ['--raw', '--events'],
      ['--collections', ','],
    ]) {
      const { stderr, stdout } = await tail(flags, {}, 2)
      assert.match(stderr, /^tidemark: .*"tidemark tail --help" tells more\n$/)
      assert.equal(stdout, '')
    }
    const { exitCode } = await runInProcess(['tail', at('nowhere')])
    assert.notEqual(exitCode, 0)
  })

  it('refuses a dump directory', async () => {
    const { exitCode, stderr } = await runInProcess(['tail', `dir:${at('.')}`])
    assert.notEqual(exitCode, 0)
    assert.match(stderr, /^tidemark: Cannot /)
  })
})

describe('tidemark tail, as a process', () => {
  const { at } = useTemporaryDirectory()

  it('respects head, and keeps the position of what was written', async () => {
    const leader = await startTestLeader()
    try {
      const { store } = leader
      const a = await store.createCollection(databaseOf(store, '_system'), { name: 'a', type: 2 })
      const fill = 'x'.repeat(2000)
      for (let index = 0; index < 300; index += 1) {
        await store.put(a, `{"_key":"k${index}","fill":"${fill}"}`)
      }
      const command = `"${process.execPath}" "${MAIN}" tail ${leader.url} --follow --raw | head -n 2`
      const script = `${command}; echo "codes \${PIPESTATUS[*]}"`
      const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script])
      assert.equal(stderr, '')
      const lines = stdout.trimEnd().split('\n')
      assert.deepEqual([lines.length, lines.at(-1)], [3, 'codes 0 0'])
    } finally {
      await leader.close()
    }
  })

  it('keeps its position when it is killed, and tells no more than the last second again', async () => {
    const leader = await startTestLeader()
    try {
      const { store } = leader
      const a = await store.createCollection(databaseOf(store, '_system'), { name: 'a', type: 2 })
      const flags = ['--follow', '--checkpoint', at('position')]
      const seen: (string | undefined)[] = []
      for (const [index, key] of ['k0', 'k1', 'k2'].entries()) {
        await store.put(a, `{"_key":"${key}"}`)
        const { exitCode } = await runTidemark(['tail', leader.url, ...flags], {
          onLine: (line, child) => {
            const parsed = JSON.parse(line) as TailLine
            if (parsed.key === undefined) return
            seen.push(parsed.key)
            if (parsed.key === key) child.kill(index === 1 ? 'SIGKILL' : 'SIGINT')
          },
        })
        assert.equal(exitCode, index === 1 ? null : 130)
      }
      assert.deepEqual([...new Set(seen)], ['k0', 'k1', 'k2'])
      assert.equal(seen.filter((key) => key === 'k0').length, 1)
    } finally {
      await leader.close()
    }
  })
})
