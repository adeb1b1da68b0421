import type { TreeKernel } from './kernel.js'
import { createReferenceKernel } from './reference-kernel.js'
import { createWasmKernel } from './wasm-kernel.js'

let kernel: TreeKernel | undefined

/**
 * The kernel in WebAssembly, or the reference where it cannot run; made once a thread.
 */
export function getKernel(): TreeKernel {
  kernel ??= createWasmKernel() ?? createReferenceKernel()
  return kernel
}
