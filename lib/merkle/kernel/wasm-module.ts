import { readFileSync } from 'node:fs'

/** The loops of `workers/kernel`; all parameters but ranges are addresses, counts and powers. */
export interface KernelExports {
  readonly hashRevisions: (from: number, to: number, count: number) => void
  readonly decodeRevisions: (texts: number, revisions: number, count: number) => number
  readonly mergeLeaves: (target: number, source: number, count: number) => void
  readonly diffLeaves: (a: number, b: number, count: number, runs: number) => number
  readonly boundsOf: (revisions: number, count: number, result: number) => void
  readonly insertRevisions: (
    revisions: number,
    count: number,
    hashes: number,
    leaves: number,
    leafCount: bigint,
    rangeMin: bigint,
    shift: bigint,
    result: number,
  ) => number
  readonly scanLines: (
    line: number,
    end: number,
    slot: number,
    slotsEnd: number,
    result: number,
  ) => number
}

/** The kernel's code, compiled: it can be joined with any number of memories. */
export interface KernelModule {
  /** Makes a memory that threads can share. */
  createMemory(bytes: number): KernelMemory
  /** @throws TypeError when `memory` is none of WebAssembly */
  instantiate(memory: unknown): KernelExports
}

/** A memory as WebAssembly wants it, and its bytes. */
interface KernelMemory {
  readonly wasm: unknown
  readonly buffer: SharedArrayBuffer
}

const PAGE_BYTES = 65_536

/** The compiled kernel of the package. */
export function readKernelBytes(): Uint8Array {
  return readFileSync(new URL('../../../workers/kernel.wasm', import.meta.url))
}

/**
 * Compiles the kernel: a millisecond or two.
 *
 * @returns undefined when this machine cannot run it, most likely for want of vectors (SIMD)
 */
export function compileKernel(bytes: Uint8Array): KernelModule | undefined {
  // `node --jitless` has none.
  if (!('WebAssembly' in globalThis)) return undefined
  const module = compileModule(bytes)
  if (module === undefined) return undefined
  return {
    createMemory: (size) => {
      const pages = Math.ceil(size / PAGE_BYTES)
      const wasm = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
      return { wasm, buffer: wasm.buffer }
    },
    instantiate: (memory) => {
      const instance = new WebAssembly.Instance(module, { env: { memory } })
      return instance.exports as unknown as KernelExports
    },
  }
}

function compileModule(bytes: Uint8Array): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes)
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined
    throw error
  }
}
