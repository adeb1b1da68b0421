import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import {
  createTreeShape,
  createWasmKernel,
  getKernel,
  type TreeWorkspace,
} from '../../../lib/merkle/index.js'
import { describeKernels, putText } from '../../support/kernels.js'

const MODULE = new URL('../../../lib/merkle/index.js', import.meta.url).href
const LINES = '{"_key":"1","_rev":"_"}\n{"type":2300,"data":{"_key":"2","_rev":"A"}}\n'
const SHAPE = { depth: 2, rangeMin: 0n, rangeMax: 256n }

/** Reads the lines and builds a tree; the same text runs in other threads and processes. */
const BUILD = `
  const end = workspace.input.indexOf(0)
  const { filled } = workspace.scanLines(0, end, 0)
  const { lowest, highest } = workspace.bounds(0, filled)
  const shape = createTreeShape({ depth: 2, rangeMin: 0n, rangeMax: 256n })
  const hash = workspace.insert(0, filled, shape)
  const answer = { filled, lowest: String(lowest), highest: String(highest), hash: String(hash) }
`

/** What {@link BUILD} has to answer. */
function build(workspace: TreeWorkspace): unknown {
  const { filled } = workspace.scanLines(0, putText(workspace, LINES), 0)
  const { lowest, highest } = workspace.bounds(0, filled)
  const hash = workspace.insert(0, filled, createTreeShape(SHAPE))
  return { filled, lowest: String(lowest), highest: String(highest), hash: String(hash) }
}

async function runWithoutWebAssembly(code: string): Promise<unknown> {
  const whole = `import(${JSON.stringify(MODULE)}).then(({ getKernel, createWasmKernel, createTreeShape }) => { ${code} })`
  const { stdout } = await promisify(execFile)(process.execPath, ['--jitless', '-e', whole])
  return JSON.parse(stdout)
}

describe('getKernel()', () => {
  it('gives the kernel in WebAssembly, the same each time', () => {
    assert.equal(getKernel().kind, 'wasm')
    assert.equal(getKernel(), getKernel())
  })

  it('gives the reference where there is no WebAssembly', async () => {
    const answer = await runWithoutWebAssembly(`
      const workspace = getKernel().createWorkspace(2)
      workspace.input.write(${JSON.stringify(LINES)})
      ${BUILD}
      const leaves = [...workspace.leaves]
      const wasm = String(createWasmKernel())
      console.log(JSON.stringify({ kind: getKernel().kind, wasm, answer, leaves }))
    `)
    const workspace = getKernel().createWorkspace(2)
    const expected = build(workspace)
    const leaves = [...workspace.leaves]
    assert.deepEqual(answer, { kind: 'reference', wasm: 'undefined', answer: expected, leaves })
    assert.ok(leaves.some((lane) => lane !== 0))
  })
})

describe('createWasmKernel()', () => {
  it('gives nothing for code that this machine cannot compile', () => {
    assert.equal(createWasmKernel(Buffer.from('\0asm\x01\0\0\0\x63')), undefined)
    assert.equal(createWasmKernel(new Uint8Array()), undefined)
  })

  it('does not take a mistake of the caller for a want of WebAssembly', () => {
    assert.throws(() => createWasmKernel('code' as never), TypeError)
  })

  it('makes kernels that do not share memory', () => {
    const [a, b] = [createWasmKernel(), createWasmKernel()]
    assert.ok(a !== undefined && b !== undefined)
    const first = a.createWorkspace(2)
    const second = a.createWorkspace(2)
    first.input.fill(1)
    first.leaves.fill(1)
    assert.ok(second.input.every((byte) => byte === 0) && second.leaves.every((lane) => lane === 0))
    const hashes = new BigUint64Array(1)
    a.hashRevisions(BigUint64Array.of(1n), hashes)
    b.hashRevisions(BigUint64Array.of(2n), new BigUint64Array(1))
    assert.notEqual(hashes[0], 0n)
  })
})

describeKernels('TreeKernel.createWorkspace()', (kernel) => {
  it('makes a workspace that another thread can work in', async () => {
    const workspace = kernel.createWorkspace(2)
    putText(workspace, LINES)
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(${JSON.stringify(MODULE)}).then(({ getKernel, createTreeShape }) => {
        const workspace = getKernel().createWorkspace(2, workerData)
        ${BUILD}
        Atomics.add(workspace.progress, 3, BigInt(filled))
        parentPort.postMessage(answer)
      })
    `
    const worker = new Worker(code, { eval: true, workerData: workspace.memory })
    const [answer] = (await once(worker, 'message')) as unknown[]
    await worker.terminate()
    assert.equal(Atomics.load(workspace.progress, 3), 2n)
    const other = kernel.createWorkspace(2)
    assert.deepEqual(answer, build(other))
    assert.deepEqual(workspace.leaves, other.leaves)
    assert.deepEqual([...workspace.revisions.subarray(0, 2)], [1n, 2n])
  })
})
