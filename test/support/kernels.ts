import assert from 'node:assert/strict'
import {
  createReferenceKernel,
  createWasmKernel,
  type TreeKernel,
  type TreeWorkspace,
} from '../../lib/merkle/index.js'

/** The kernel in WebAssembly: machines that run the tests have it. */
function wasmKernel(): TreeKernel {
  const kernel = createWasmKernel()
  assert.ok(kernel !== undefined)
  return kernel
}

/** Both kernels, each of which has to pass the same tests. */
export const KERNELS: readonly TreeKernel[] = [createReferenceKernel(), wasmKernel()]

/** Registers a suite for each kernel. */
export function describeKernels(title: string, body: (kernel: TreeKernel) => void): void {
  for (const kernel of KERNELS) {
    describe(`${title} (${kernel.kind})`, () => {
      body(kernel)
    })
  }
}

/** Writes a text where the lines of a workspace are, and tells where it ends. */
export function putText(workspace: TreeWorkspace, text: string, start = 0): number {
  return start + workspace.input.write(text, start)
}
