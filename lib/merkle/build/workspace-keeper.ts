import { getKernel } from '../kernel/get-kernel.js'
import type { TreeWorkspace } from '../kernel/kernel.js'

/**
 * Workspaces that one job after the other uses: memory that threads share is given back only when a
 * garbage collector comes by in each of them. Only those of one depth are kept, and no more than a job
 * takes.
 */
export class WorkspaceKeeper {
  readonly #countMax: number
  #free: TreeWorkspace[] = []

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** Gives a workspace that is as new. */
  take(depth: number): TreeWorkspace {
    this.#free = this.#free.filter(({ memory }) => memory.depth === depth)
    const workspace = this.#free.pop()
    if (workspace === undefined) return getKernel().createWorkspace(depth)
    workspace.leaves.fill(0)
    workspace.progress.fill(0n)
    return workspace
  }

  /** Takes back a workspace that no task uses any more. */
  giveBack(workspace: TreeWorkspace): void {
    if (this.#free.length < this.#countMax) this.#free.push(workspace)
  }

  clear(): void {
    this.#free = []
  }
}
