import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { MAIN } from './program-file.js'

/** What a command said. */
export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a command is run. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  /** No file that it writes may grow beyond this: to it, the disk is full then. */
  readonly fileBytesMax?: number | undefined
  /** Milliseconds after which it is taken to hang. Default: 200,000. */
  readonly hangMs?: number | undefined
  /** Sees the process as soon as it runs. */
  readonly onStart?: ((child: ChildProcess) => void) | undefined
  /** Sees each line of stdout as it comes. */
  readonly onLine?: ((line: string, child: ChildProcess) => void) | undefined
}

/**
 * The timeout of a test that starts processes: above that of {@link runTidemark}, which tells what the
 * process said by then.
 */
export const PROCESS_TIMEOUT_MS = 240_000

/** After this a command is taken to hang; long, since machines may be slow and busy. */
const HANG_MS = 200_000
const SHOWN_LENGTH_MAX = 4000

/**
 * Processes that run now. A test that failed may leave one, which would keep mocha alive and its
 * files open.
 */
const running = new Set<ChildProcess>()

after(() => {
  const left = [...running]
  for (const child of left) child.kill('SIGKILL')
  assert.deepEqual(
    left.map(({ spawnargs }) => spawnargs.join(' ')),
    [],
    'processes were left',
  )
})

/**
 * Runs `tidemark` in a process of its own.
 *
 * @throws Error with what it said when it does not end by itself
 */
export async function runTidemark(
  commandLine: readonly string[],
  { environment = {}, cwd, fileBytesMax, hangMs = HANG_MS, onStart, onLine }: RunOptions = {},
): Promise<Outcome> {
  const child = spawnTidemark(commandLine, environment, { cwd, fileBytesMax })
  let isHanging = false as boolean
  const limit = setTimeout(() => {
    isHanging = true
    child.kill('SIGKILL')
  }, hangMs)
  onStart?.(child)
  if (onLine !== undefined) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line, child)
    })
  }
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const [stdout, stderr] = await said.finally(() => {
    clearTimeout(limit)
  })
  if (isHanging) {
    const told = `${stdout.slice(-SHOWN_LENGTH_MAX)}\n${stderr.slice(-SHOWN_LENGTH_MAX)}`
    throw new Error(`tidemark ${commandLine.join(' ')} still ran after ${hangMs} ms: ${told}`)
  }
  return { exitCode: child.exitCode, stdout, stderr }
}

/** Interrupts a process at its first line; a second signal would end it at once. */
export function interruptOnce(): (line: string, child: ChildProcess) => void {
  let isDone = false
  return (_line, child) => {
    if (!isDone) isDone = child.kill('SIGINT')
  }
}

/** A leader in a process of its own. */
export interface ServeProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it with a signal and resolves to its exit code; null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The password that {@link startServe} gives root. */
const ROOT_PASSWORD = 'correct horse battery staple'

/** Environment of a follower of {@link startServe}. */
export const ROOT: Readonly<Record<string, string>> = {
  TIDEMARK_USERNAME: 'root',
  TIDEMARK_PASSWORD: ROOT_PASSWORD,
}

/** The same as headers of a request. */
export const ROOT_HEADERS: Readonly<Record<string, string>> = {
  authorization: `Basic ${btoa(`root:${ROOT_PASSWORD}`)}`,
}

/** Starts `tidemark serve` and waits until it listens. */
export async function startServe(
  store: string,
  { port = 0, environment = {} }: { port?: number; environment?: Record<string, string> } = {},
): Promise<ServeProcess> {
  const child = spawnTidemark(['serve', '--store', store, '--port', String(port)], {
    TIDEMARK_ROOT_PASSWORD: ROOT_PASSWORD,
    ...environment,
  })
  const closed = once(child, 'close')
  const failed = text(child.stderr)
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([
    once(lines, 'line'),
    closed.then(async () => Promise.reject(new Error(`serve ended: ${await failed}`))),
  ])) as [string]
  const url = line.replace('tidemark is listening on ', '')
  return {
    url,
    child,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await closed
      return child.exitCode
    },
  }
}

function spawnTidemark(
  commandLine: readonly string[],
  environment: Readonly<Record<string, string>>,
  { cwd, fileBytesMax }: Pick<RunOptions, 'cwd' | 'fileBytesMax'> = {},
): ChildProcess & {
  stdout: NonNullable<ChildProcess['stdout']>
  stderr: NonNullable<ChildProcess['stderr']>
} {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMARK_'))
  const words = [process.execPath, MAIN, ...commandLine]
  const [file, ...rest] = fileBytesMax === undefined ? words : limited(words, fileBytesMax)
  const child = spawn(file as string, rest, {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** A command line that runs another one with a limit on the size of files, in units of 512 bytes. */
function limited(words: readonly string[], fileBytesMax: number): readonly string[] {
  return ['sh', '-c', 'ulimit -f "$0" && exec "$@"', String(fileBytesMax / 512), ...words]
}
