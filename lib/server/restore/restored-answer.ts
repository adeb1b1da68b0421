import { answers, queryFlag, type ParameterAbout, type StatusAbout } from '../about.js'
import { jsonAnswer, type Answer } from '../answer.js'

/** What every restoring endpoint answers in the end. */
export function restoredAnswer(): Answer {
  return jsonAnswer({ result: true })
}

/** What {@link restoredAnswer} is. */
export const RESTORED: StatusAbout = answers(200, '`{result: true}`')

/** arangorestore sends it with everything. */
export const FORCE_WITHOUT_EFFECT: ParameterAbout = queryFlag('force', 'without effect', false)
