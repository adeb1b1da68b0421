import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'

/** The program. */
export const MAIN: string = fileURLToPath(new URL('../../../lib/cli/main.js', import.meta.url))

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
  /** Sees the process as soon as it runs. */
  readonly onStart?: ((child: ChildProcess) => void) | undefined
  /** Sees each line of stdout as it comes. */
  readonly onLine?: ((line: string, child: ChildProcess) => void) | undefined
}

/** Runs `tidemark` in a process of its own. */
export async function runTidemark(
  commandLine: readonly string[],
  { environment = {}, cwd, onStart, onLine }: RunOptions = {},
): Promise<Outcome> {
  const child = spawnTidemark(commandLine, environment, cwd)
  onStart?.(child)
  if (onLine !== undefined) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line, child)
    })
  }
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode: child.exitCode, stdout, stderr }
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
  cwd?: string,
): ChildProcess & {
  stdout: NonNullable<ChildProcess['stdout']>
  stderr: NonNullable<ChildProcess['stderr']>
} {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMARK_'))
  return spawn(process.execPath, [MAIN, ...commandLine], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
}
