import { spawn } from 'node:child_process'

/** @typedef {import('./verdict.js').Ending} Ending */

/**
 * @typedef {object} CommandOptions
 * @property {number} limitMs - after this time the command is killed
 * @property {boolean} [live] - show the output while it comes instead of returning it
 * @property {Record<string, string>} [env] - added to the environment
 * @property {() => boolean} [isDone] - asked again and again; says that the command should end now
 * @property {number} [graceMs] - how long it may go on after `isDone` said so
 */

const POLL_MS = 200
const GRACE_MS = 10_000

/** Groups of processes that run now; they are not in ours, so Ctrl-C would not reach them. */
const running = new Set()

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid)
    process.exit(1)
  })
}

/**
 * Runs a command without a shell, in a process group of its own, of which nothing is left behind.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {CommandOptions} options
 * @returns {Promise<{ exitCode: number | null, ending: Ending, output: string }>}
 */
export async function runCommand([file, ...args], options) {
  const { live = false, env = {} } = options
  const child = spawn(file, args, {
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  })
  /** @type {Buffer[]} */
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
  }
  running.add(child.pid)
  const watch = watchEnding(child, options)
  try {
    const exitCode = await waitForExit(child)
    return { exitCode, ending: watch.ending(), output: Buffer.concat(chunks).toString() }
  } finally {
    watch.stop()
    running.delete(child.pid)
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number | null>}
 */
function waitForExit(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode) => {
      // A grandchild that lives on would keep the pipes open, and `close` would never come.
      killGroup(child.pid)
      child.once('close', () => {
        resolve(exitCode)
      })
    })
  })
}

/**
 * Kills the command when it takes too long.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {CommandOptions} options
 * @returns {{ ending: () => Ending, stop: () => void }}
 */
function watchEnding(child, { limitMs, isDone = () => false, graceMs = GRACE_MS }) {
  /** @type {Ending} */
  let ending = 'exited'
  /** @type {NodeJS.Timeout | undefined} */
  let grace
  /** @param {Ending} reason */
  const end = (reason) => {
    ending = reason
    killGroup(child.pid)
  }
  const limit = setTimeout(end, limitMs, 'timeLimit')
  const poll = setInterval(() => {
    if (grace === undefined && isDone()) grace = setTimeout(end, graceMs, 'stayedOpen')
  }, POLL_MS)
  return {
    ending: () => ending,
    stop() {
      clearTimeout(limit)
      clearTimeout(grace)
      clearInterval(poll)
    },
  }
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}
