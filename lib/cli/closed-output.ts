import type { Writable } from 'node:stream'

/** Outputs of which a command itself sees to it that nobody may read on. */
const watched = new WeakSet<Writable>()

/** Says that a command ends by itself once nobody reads its output: the process is to wait for that. */
export function watchClosedOutput(out: Writable): void {
  watched.add(out)
}

/** Tells whether {@link watchClosedOutput} was called. */
export function isClosedOutputWatched(out: Writable): boolean {
  return watched.has(out)
}
