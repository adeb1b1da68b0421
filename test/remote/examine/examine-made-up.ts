import assert from 'node:assert/strict'
import {
  examineServer,
  type ExamineOptions,
  type ServerExamination,
  type ServerTask,
  type Verdict,
} from '../../../lib/remote/index.js'
import { guarded, withMadeUp, type MadeUpAnswers } from './made-up-server.js'

const NOW = 1_735_689_600_000
/** As `root`, whose password is right, at the time that the servers tell. */
export const OPTIONS: ExamineOptions = { username: 'root', password: 'secret', now: () => NOW }

/** Examines a server that is made up. */
export async function examine(
  answers: MadeUpAnswers,
  options: ExamineOptions = {},
): Promise<ServerExamination> {
  let examination: ServerExamination | undefined
  await withMadeUp(guarded(answers), async ({ address }) => {
    examination = await examineServer(address, { ...OPTIONS, ...options })
  })
  return examination ?? assert.fail()
}

/** The verdicts and their reasons by task. */
export function verdictsOf({ verdicts }: ServerExamination): Partial<Record<ServerTask, string>> {
  return Object.fromEntries(
    verdicts.map(({ task, verdict, reason }) => [
      task,
      reason === undefined ? verdict : `${verdict}: ${reason}`,
    ]),
  )
}

/** The verdict of one task. */
export function verdictOf({ verdicts }: ServerExamination, task: ServerTask): Verdict {
  return verdicts.find((one) => one.task === task)?.verdict ?? assert.fail()
}
