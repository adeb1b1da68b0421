/**
 * As much of WebAssembly as the kernel's loader uses: the types of Node 20 do not have it, and those
 * of browsers would bring everything else along.
 */
declare namespace WebAssembly {
  /** Compiled code; nobody looks inside. */
  type Module = object
  const Module: new (bytes: Uint8Array) => Module

  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    )
  }

  class Memory {
    readonly buffer: SharedArrayBuffer
    constructor(options: { initial: number; maximum: number; shared: true })
  }

  class CompileError extends Error {}
}
