import { textOf, type Outcome, type Prober, type Unanswered } from './prober.js'

/** Which parts of the protocol a server has, and how far its log goes. */
export interface CommandProbes {
  readonly log: Outcome<LogBounds>
  readonly hasKeys: boolean | undefined
  readonly hasRestore: boolean | undefined
  readonly hasApplier: boolean | undefined
}

/** First and last tick of a log, decimal text. */
interface LogBounds {
  readonly firstTick: string | undefined
  readonly lastTick: string | undefined
}

const REPLICATION = '/_api/replication'
const NOT_FOUND = 404
const METHOD_NOT_ALLOWED = 405
const NOT_IMPLEMENTED = 501
const BAD_REQUEST = 400
/** What servers answer to a command that they have never heard of (server notes, section 1). */
const UNKNOWN_COMMAND = 'invalid command'

/**
 * Asks which commands there are, in ways that do nothing: by a method that the command has not, which
 * is refused in another way than a command that is unknown.
 */
export async function probeCommands(prober: Prober): Promise<CommandProbes> {
  const log = await prober.askJson({ task: 'read the bounds of the log', path: '/_api/wal/range' })
  return {
    log: log.isAnswered ? { isAnswered: true, value: boundsOf(log.value) } : log,
    hasKeys: await probeCommand(prober, 'keys'),
    hasRestore: await probeCommand(prober, 'restore-data'),
    hasApplier: await probeCommand(prober, 'applier-state'),
  }
}

async function probeCommand(prober: Prober, command: string): Promise<boolean | undefined> {
  const task = `look for the command ${command}`
  const outcome = await prober.ask({ task, path: `${REPLICATION}/${command}` }, (answer) =>
    answer.finish(),
  )
  return outcome.isAnswered ? true : isKnown(outcome)
}

/** Undefined where the answer says nothing of the command: a lost one, or a server in trouble. */
function isKnown({ status, reason }: Unanswered): boolean | undefined {
  if (status === METHOD_NOT_ALLOWED) return true
  if (status === NOT_FOUND || status === NOT_IMPLEMENTED) return false
  if (status === BAD_REQUEST) return !reason.includes(UNKNOWN_COMMAND)
  return status > 0 && status < NOT_IMPLEMENTED ? true : undefined
}

function boundsOf(value: unknown): LogBounds {
  return { firstTick: textOf(value, 'tickMin'), lastTick: textOf(value, 'tickMax') }
}
