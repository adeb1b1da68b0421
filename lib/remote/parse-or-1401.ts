import { RemoteAnswerError, type RemoteTask } from './remote-error.js'

/** Reads what came off the wire, and names where it came from when it is not as it should be. */
export function parseOr1401<Value>(task: RemoteTask, parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RemoteAnswerError(task, `the answer is not what it should be (${reason})`, {
      cause: error,
    })
  }
}
