/*
 * How fast is `tidemark pipe` as a process among others, its start included? Against the least that Node
 * can do, stdin piped to stdout, with nothing to change; and against jq with the same projection, on one
 * thread and on two. Both get the same file through a pipe, and write into a pipe.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compareSpeed, type Ratio } from '../support/ratio.js'
import { writeLines } from './sample-file.js'

const PIPE_MEGABYTES = 1000
const JQ_MEGABYTES = 400
/** Rounds take seconds each: what starts and ends hits all of them. */
const ROUNDS = { rounds: 5, warmupRounds: 1, roundMs: 0 }
const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url))
const BARE = 'process.stdin.pipe(process.stdout)'
const FILTER = '{_key, name, country, balance}'
const PROJECTION = `export default {
  document: ({ _key, name, country, balance }) => ({ _key, name, country, balance }),
}
`
const run = promisify(execFile)

/** How {@link compareProcesses} measures. */
export interface ProcessesOptions {
  /** A part of the sizes, to try it out. Default: 1. */
  readonly share?: number | undefined
}

/** Checks that answers are the same, then measures. */
export async function compareProcesses({ share = 1 }: ProcessesOptions = {}): Promise<
  readonly Ratio[]
> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  try {
    const bench = new ProcessBench(directory)
    return [...(await bench.comparePipes(share)), ...(await bench.compareWithJq(share))]
  } finally {
    await rm(directory, { recursive: true })
  }
}

class ProcessBench {
  readonly #file: string
  readonly #module: string

  constructor(directory: string) {
    this.#file = join(directory, 'lines.jsonl')
    this.#module = join(directory, 'projection.mjs')
  }

  async comparePipes(share: number): Promise<readonly Ratio[]> {
    await writeLines(this.#file, PIPE_MEGABYTES * share)
    const subject = ['"$NODE" "$MAIN" pipe', '"$NODE" -e "$BARE"'] as const
    await this.#assertSame(...subject)
    const goal = { name: 'pipe, nothing to do: tidemark to a bare Node pipe', bar: 0.7 }
    const [pipe, bare] = subject
    return [await compareSpeed(goal, this.#through(pipe), this.#through(bare), ROUNDS)]
  }

  async compareWithJq(share: number): Promise<readonly Ratio[]> {
    const jq = 'jq -c "$FILTER"'
    const isThere = await run('jq', ['--version']).catch(() => undefined)
    if (isThere === undefined) {
      console.log('there is no jq to compare with')
      return []
    }
    await writeLines(this.#file, JQ_MEGABYTES * share)
    await writeFile(this.#module, PROJECTION)
    const pipe = '"$NODE" "$MAIN" pipe --transform "$MODULE"'
    const goals = [
      { name: 'projection, one thread: tidemark pipe to jq -c', bar: 1.15, command: pipe },
      {
        name: 'projection, --parallel 2: tidemark pipe to jq -c',
        bar: 1.8,
        command: `${pipe} --parallel 2`,
      },
    ]
    const ratios: Ratio[] = []
    for (const { command, ...goal } of goals) {
      await this.#assertSame(command, jq)
      const measured = await compareSpeed(goal, this.#through(command), this.#through(jq), ROUNDS)
      ratios.push(measured)
    }
    return ratios
  }

  /** Runs a command between two pipes. */
  #through(command: string): () => Promise<unknown> {
    return () => this.#shell(`cat "$FILE" | ${command} | cat > /dev/null`)
  }

  async #assertSame(...commands: readonly string[]): Promise<void> {
    const sums = commands.map((command) => this.#shell(`cat "$FILE" | ${command} | cksum`))
    const [expected, ...others] = await Promise.all(sums)
    for (const sum of others) assert.equal(sum, expected, commands.join(' | '))
  }

  async #shell(script: string): Promise<string> {
    const env = {
      ...process.env,
      NODE: process.execPath,
      MAIN,
      BARE,
      FILTER,
      FILE: this.#file,
      MODULE: this.#module,
    }
    return (await run('bash', ['-o', 'pipefail', '-c', script], { env })).stdout
  }
}
