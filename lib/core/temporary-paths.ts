import { rmSync } from 'node:fs'

/** Files and directories that are not to outlive this process, however it ends. */
const paths = new Set<string>()

/** Sees to it that a file or a directory is removed should the process end before its owner does it. */
export function noteTemporary(path: string): void {
  if (paths.size === 0) process.on('exit', removeTemporaries)
  paths.add(path)
}

/** To be called once a path that was noted is gone, or has become what it was to be. */
export function forgetTemporary(path: string): void {
  paths.delete(path)
  if (paths.size === 0) process.off('exit', removeTemporaries)
}

/** Removes what was noted: for a process that ends in a way of which nobody else is told. */
export function removeTemporaries(): void {
  for (const path of paths) {
    rmSync(path, { recursive: true, force: true })
    forgetTemporary(path)
  }
}
