import {
  createParallelRunner,
  createTransformRunner,
  resolveTransforms,
  type TransformCounts,
  type TransformOptions,
  type TransformRunner,
} from '../streams/index.js'
import type { CommandContext } from './context.js'
import { DeadLetterFile } from './dead-letter-file.js'
import { formatCount, plural } from './human.js'
import { printable } from './printable.js'
import type { TransformFlags } from './transform-flags.js'
import { unusedRulesWarning } from './unused-rules.js'
import { UsageError } from './usage-error.js'

/** How {@link withRunner} runs, beyond what flags say. */
export interface RunnerOptions extends Pick<TransformOptions, 'keys'> {
  /** Say in the end which rules matched nothing. Default: false. */
  readonly tellsUnused?: boolean | undefined
}

/**
 * Makes the runner that the flags ask for, works with it, and closes it whatever the end is. What was
 * left out or harmed is told on stderr then.
 *
 * @param work - gets undefined where no transform is asked for
 * @param options - of the runner, beyond what flags say
 * @throws UsageError for flags that mean nothing without a transform; TransformSetupError for a
 *   transform that cannot be loaded; OutputFileError for dead letters that cannot be written
 */
export async function withRunner<Result>(
  context: CommandContext,
  flags: TransformFlags,
  work: (runner: TransformRunner | undefined) => Promise<Result>,
  { tellsUnused = false, ...options }: RunnerOptions = {},
): Promise<Result> {
  if (flags.transform === undefined) {
    assertNoneBut(flags)
    return work(undefined)
  }
  const opened = await openRunner(context, flags, options)
  try {
    const result = await work(opened.runner)
    const unused = tellsUnused ? opened.runner.unusedRules() : []
    // Of nothing that passed, nothing can match.
    const isTold = unused.length > 0 && opened.runner.counts.documents > 0
    if (isTold) context.stderr.write(`warning: ${printable(unusedRulesWarning(unused))}\n`)
    return result
  } finally {
    await opened.close()
    for (const warning of warningsOf(opened.runner.counts, flags)) {
      context.stderr.write(`warning: ${warning}\n`)
    }
  }
}

interface OpenedRunner {
  readonly runner: TransformRunner
  close(): Promise<void>
}

async function openRunner(
  { environment, signal }: CommandContext,
  { transform: specs = [], parallel, onError, numbers }: TransformFlags,
  more: Pick<TransformOptions, 'keys'>,
): Promise<OpenedRunner> {
  const setup = { cwd: process.cwd(), environment }
  // Before a file is made: a transform that is not there is the likelier mistake.
  const transforms = await resolveTransforms(specs, setup)
  const file = onError?.deadLetterFile
  const letters = file === undefined ? undefined : await DeadLetterFile.create(file)
  const options: TransformOptions = {
    ...more,
    numbers,
    onError: onError?.policy,
    onDeadLetter: letters === undefined ? undefined : (letter) => letters.write(letter),
  }
  const runner =
    parallel === undefined
      ? createTransformRunner(transforms, options)
      : await createParallelRunner(specs, { ...options, setup, signal, workers: parallel })
  return {
    runner,
    async close() {
      await runner.close()
      await letters?.close()
    },
  }
}

function assertNoneBut({ parallel, onError, numbers }: TransformFlags): void {
  const given = [
    ...(parallel === undefined ? [] : ['--parallel']),
    ...(onError === undefined ? [] : ['--on-error']),
    ...(numbers === undefined ? [] : ['--numbers']),
  ]
  const [flag] = given
  if (flag === undefined) return
  throw new UsageError(`Cannot take ${flag} without --transform: there is nothing that it is about`)
}

function warningsOf({ failed, harmed }: TransformCounts, { onError }: TransformFlags): string[] {
  const file = onError?.deadLetterFile
  const where = file === undefined ? '' : `; ${failed === 1 ? 'it is' : 'they are'} in ${file}`
  return [
    ...(failed === 0 ? [] : [`${plural(failed, 'document')} left out: a transform failed${where}`]),
    ...(harmed === 0 ? [] : [harmedWarning(harmed)]),
  ]
}

function harmedWarning(harmed: number): string {
  const which = harmed === 1 ? 'document holds' : 'documents hold'
  return (
    `${formatCount(harmed)} changed ${which} numbers that lost digits, since JavaScript cannot ` +
    'hold them; --numbers exact keeps them'
  )
}
