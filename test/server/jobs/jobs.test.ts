import assert from 'node:assert/strict'
import { AnswerMemory } from '../../../lib/server/answer-memory.js'
import { jsonAnswer, type Answer } from '../../../lib/server/answer.js'
import { Jobs } from '../../../lib/server/jobs/jobs.js'
import { RequestError } from '../../../lib/server/request-error.js'
import { createFakeClock } from '../support/fake-clock.js'

const limits = { jobsMax: 3, userJobsMax: 2, jobSecondsMax: 10 }

function setUp(bytes = 1000): {
  jobs: Jobs
  memory: AnswerMemory
  clock: ReturnType<typeof createFakeClock>
} {
  const clock = createFakeClock()
  const memory = new AnswerMemory(bytes)
  return { jobs: new Jobs({ clock, memory, limits, firstId: 1n }), memory, clock }
}

/** Work that is done when `finish` is called, or aborted. */
function openWork(): {
  work: (signal: AbortSignal) => Promise<Answer>
  finish: (answer: Answer) => void
} {
  let finish: (answer: Answer) => void = () => undefined
  const work = (signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      finish = resolve
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
    })
  return {
    work,
    finish: (answer) => {
      finish(answer)
    },
  }
}

/** Lets everything run that has to wait for nothing. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const ANSWER = jsonAnswer({ a: 1 })

describe('Jobs', () => {
  it('Jobs.state() tells pending, then done, to the owner alone', async () => {
    const { jobs } = setUp()
    const { work, finish } = openWork()
    const id = jobs.begin('user ann', work)
    assert.equal(jobs.state(id, 'user ann'), 'pending')
    assert.equal(jobs.take(id, 'user ann'), undefined)
    assert.deepEqual(jobs.list('user ann', 'pending'), [id])
    finish(ANSWER)
    await settle()
    assert.equal(jobs.state(id, 'user ann'), 'done')
    assert.equal(jobs.state(id, 'user eve'), undefined)
    assert.equal(jobs.take(id, 'user eve'), undefined)
    assert.equal(jobs.delete(id, 'user eve'), false)
    assert.deepEqual(jobs.take(id, 'user ann'), ANSWER)
    assert.equal(jobs.state(id, 'user ann'), undefined)
  })

  it('Jobs.take() gives the memory of the answer back', async () => {
    const { jobs, memory } = setUp()
    const id = jobs.begin('a', () => Promise.resolve(ANSWER))
    await settle()
    assert.equal(memory.freeBytes, 1000 - '{"a":1}'.length)
    jobs.take(id, 'a')
    assert.equal(memory.freeBytes, 1000)
  })

  it('Jobs.begin() answers an error where there is no memory for the answer', async () => {
    const { jobs, memory } = setUp(3)
    const id = jobs.begin('a', () => Promise.resolve(ANSWER))
    await settle()
    assert.equal(memory.freeBytes, 3)
    assert.equal(jobs.take(id, 'a')?.status, 503)
  })

  it('Jobs.begin() closes a streamed answer that fails, and answers the error', async () => {
    const { jobs } = setUp()
    const closed: boolean[] = []
    async function* blocks(): AsyncGenerator<Buffer, void, undefined> {
      yield Buffer.from('[')
      await settle()
      throw new RequestError(404, 1600, 'gone')
    }
    const id = jobs.begin('a', () =>
      Promise.resolve({
        kind: 'streamed',
        status: 200,
        headers: {},
        bytes: undefined,
        blocks: blocks(),
        close: (isWhole) => closed.push(isWhole),
      }),
    )
    while (jobs.state(id, 'a') === 'pending') await settle()
    assert.deepEqual(closed, [false])
    assert.equal(jobs.take(id, 'a')?.status, 404)
  })

  it('Jobs.begin() refuses more than may be, of one owner and of all', () => {
    const { jobs } = setUp()
    const refused = { code: 'ERR_REQUEST', status: 503, errorNum: 32 }
    const { work } = openWork()
    jobs.begin('a', work)
    jobs.begin('a', work)
    assert.throws(() => jobs.begin('a', work), refused)
    jobs.begin('b', work)
    assert.throws(() => jobs.begin('c', work), refused)
  })

  it('Jobs.begin() forgets answers that nobody fetched in time, but not running work', async () => {
    const { jobs, memory, clock } = setUp()
    const done = jobs.begin('a', () => Promise.resolve(ANSWER))
    const running = jobs.begin('a', openWork().work)
    await settle()
    clock.move(10_000)
    assert.equal(jobs.state(done, 'a'), 'done')
    clock.move(1)
    assert.equal(jobs.state(done, 'a'), undefined)
    assert.equal(memory.freeBytes, 1000)
    assert.equal(jobs.state(running, 'a'), 'pending')
  })

  it('Jobs.cancel() makes the answer an error; what is done stays', async () => {
    const { jobs } = setUp()
    const id = jobs.begin('a', openWork().work)
    assert.equal(jobs.cancel(id, 'b'), false)
    assert.equal(jobs.cancel(id, 'a'), true)
    await settle()
    assert.equal(jobs.cancel(id, 'a'), false)
    assert.equal(jobs.take(id, 'a')?.status, 503)
  })

  it('Jobs.delete() ends the work, whose answer is held by nobody', async () => {
    const { jobs, memory } = setUp()
    const { work, finish } = openWork()
    const id = jobs.begin('a', work)
    assert.equal(jobs.delete(id, 'a'), true)
    finish(ANSWER)
    await settle()
    assert.equal(memory.freeBytes, 1000)
    assert.equal(jobs.state(id, 'a'), undefined)
  })

  it('Jobs.close() ends all work, and takes no more', async () => {
    const { jobs, memory } = setUp()
    jobs.begin('a', openWork().work)
    jobs.begin('a', () => Promise.resolve(ANSWER))
    await settle()
    await jobs.close()
    assert.equal(memory.freeBytes, 1000)
    assert.throws(() => jobs.begin('a', openWork().work), { status: 503, errorNum: 30 })
  })
})
