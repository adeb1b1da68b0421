import assert from 'node:assert/strict'
import { BuildJob, type JobTools } from '../../../lib/merkle/build/build-job.js'
import type { BuildAnswer } from '../../../lib/merkle/build/build-task.js'
import type { TaskRunner } from '../../../lib/merkle/build/job-slot.js'
import { runBuildTask } from '../../../lib/merkle/build/run-task.js'
import { WorkspaceKeeper } from '../../../lib/merkle/build/workspace-keeper.js'
import { REVISION_LOWER_BOUND } from '../../../lib/values/index.js'
import { assertSameTree, treeOf } from './support/trees.js'

const DEPTH = 2
const nothing = (): Promise<undefined> => Promise.resolve(undefined)
const runHere: TaskRunner = (task) => runBuildTask(task, () => Promise.resolve())

/** Tasks that end when they are told to. */
interface HeldTasks {
  readonly run: TaskRunner
  readonly ends: (() => void)[]
}

function holdTasks(): HeldTasks {
  const ends: (() => void)[] = []
  const run: TaskRunner = async (task, signal) => {
    await new Promise<void>((resolve) => ends.push(resolve))
    return runHere(task, signal)
  }
  return { run, ends }
}

function newJob(tools: Partial<JobTools> = {}): BuildJob {
  const all = {
    workspaces: new WorkspaceKeeper(3),
    workers: 2,
    runHere,
    runThere: runHere,
    ...tools,
  }
  return new BuildJob(all, { depth: DEPTH })
}

describe('BuildJob', () => {
  it('puts together what its slots have', async () => {
    const job = newJob()
    const start = 2n ** 40n
    await job.begin(() => Promise.resolve(start))
    const parts = [[start, start + 5000n], [start + 2n ** 20n], [start - 1n, start - 2n]]
    for (const revisions of parts) {
      const slot = await job.idleSlot()
      slot.workspace.revisions.set(revisions)
      job.dispatch(slot, { kind: 'filled', count: revisions.length })
    }
    job.own.workspace.revisions.set([start + 77_777n])
    await job.run(job.own, { kind: 'filled', count: 1 })
    const expected = treeOf([...parts.flat(), start + 77_777n], start, DEPTH)
    assertSameTree(await job.finish(), expected)
    await job.settle()
  })

  it('begins once, and nothing is added before', async () => {
    const job = newJob()
    const slot = await job.idleSlot()
    await assert.rejects(job.run(slot, { kind: 'filled', count: 0 }), assert.AssertionError)
    await job.begin(() => Promise.resolve(500n))
    await job.begin(() => assert.fail('it has begun'))
    assert.equal((await job.finish()).initialRangeMin, 500n)
  })

  it('makes an empty tree when nothing was added', async () => {
    const job = newJob()
    assertSameTree(await job.finish(), treeOf([], REVISION_LOWER_BOUND, DEPTH))
    const begun = newJob()
    await begun.begin(nothing)
    assertSameTree(await begun.finish(), treeOf([], REVISION_LOWER_BOUND, DEPTH))
  })

  it('gives no more slots at a time than it has workers', async () => {
    const tasks = holdTasks()
    const job = newJob({ runThere: tasks.run })
    await job.begin(nothing)
    const work = { kind: 'filled', count: 0 } as const
    const first = await job.idleSlot()
    job.dispatch(first, work)
    const second = await job.idleSlot()
    job.dispatch(second, work)
    assert.notEqual(first, second)
    const third = job.idleSlot()
    assert.equal(tasks.ends.length, 2)
    tasks.ends[1]?.()
    assert.equal(await third, second)
    tasks.ends[0]?.()
    await job.finish()
  })

  it('takes a slot again instead of making another one', async () => {
    const workspaces = new WorkspaceKeeper(9)
    let taken = 0
    const take = workspaces.take.bind(workspaces)
    workspaces.take = (depth) => {
      taken += 1
      return take(depth)
    }
    const job = newJob({ workers: 8, workspaces })
    await job.begin(nothing)
    for (let round = 0; round < 5; round += 1) {
      const slot = await job.idleSlot()
      job.dispatch(slot, { kind: 'filled', count: 0 })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await job.finish()
    assert.equal(taken, 1)
  })

  it('fails for the first reason, and tells its tasks to stop', async () => {
    const tasks = holdTasks()
    const job = newJob({ runThere: tasks.run })
    await job.begin(nothing)
    const slot = await job.idleSlot()
    job.dispatch(slot, { kind: 'filled', count: 0 })
    const reason = new Error('the first')
    job.fail(reason)
    job.fail(new Error('the second'))
    assert.equal(job.signal.reason, reason)
    assert.equal(slot.counters.isStopped, true)
    await assert.rejects(job.idleSlot(), reason)
    await assert.rejects(job.finish(), reason)
    tasks.ends[0]?.()
    await job.settle()
  })

  it('fails when a task fails', async () => {
    const mistake = new Error('a mistake')
    const answers: (() => Promise<BuildAnswer>)[] = [
      () => Promise.reject(mistake),
      () => Promise.resolve({ kind: 'bad-file', path: 'a', reason: 'it is bad' }),
    ]
    for (const answer of answers) {
      const job = newJob({ runThere: answer })
      await job.begin(nothing)
      job.dispatch(await job.idleSlot(), { kind: 'filled', count: 0 })
      await assert.rejects(job.finish(), /a mistake|it is bad/)
      await job.settle()
    }
  })

  it('gives workspaces back only when no task uses them', async () => {
    const tasks = holdTasks()
    const workspaces = new WorkspaceKeeper(3)
    const job = newJob({ workspaces, runThere: tasks.run })
    await job.begin(nothing)
    const slot = await job.idleSlot()
    job.dispatch(slot, { kind: 'filled', count: 0 })
    job.fail(new Error('enough'))
    const settled = job.settle()
    assert.notEqual(workspaces.take(DEPTH), slot.workspace)
    tasks.ends[0]?.()
    await settled
    assert.equal(workspaces.take(DEPTH), slot.workspace)
  })
})
