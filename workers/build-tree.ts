import { runBuildTask } from '../lib/merkle/build/run-task.js'
import type { BuildAnswer, BuildTask } from '../lib/merkle/build/build-task.js'
import { getKernel } from '../lib/merkle/kernel/get-kernel.js'

/** Adds revisions to the tree in a workspace that another thread made. */
export default function buildTree({ memory, state, work }: BuildTask): Promise<BuildAnswer> {
  const workspace = getKernel().createWorkspace(memory.depth, memory)
  return runBuildTask({ workspace, state, work }, () => Promise.resolve())
}
