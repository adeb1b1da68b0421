import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CHUNK_BYTES } from '../../core/index.js'
import { watchClosedOutput } from '../closed-output.js'
import type { CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { isClosedOutput } from '../tail/line-writer.js'
import type { PipeFlags, PipeStage } from './pipe-flags.js'
import { PipeIoError, stdinError, stdoutError } from './pipe-io-error.js'

/** `tidemark pipe`: sends documents from stdin to stdout. */
export async function pipeCommand(context: CommandContext, flags: PipeFlags): Promise<number> {
  const { stdout, signal, openStdin } = context
  if (openStdin === undefined) throw new PipeIoError('read stdin', 'there is none')
  watchClosedOutput(stdout)
  const output = outputTo(stdout)
  if (isPlain(flags)) {
    await send(context, openStdin(), [], output)
    return EXIT_CODE.fine
  }
  // Bytes that only pass need none of this.
  const { withStages } = await import('./pipe-stages.js')
  await withStages(context, flags, (stages) => send(context, openStdin(), stages, output))
  signal.throwIfAborted()
  return EXIT_CODE.fine
}

/** Tells whether the bytes of stdin are those of stdout: no flag asks for anything else. */
function isPlain({ in: input = 'lines', out = 'lines', ...others }: PipeFlags): boolean {
  return input === 'lines' && out === 'lines' && Object.keys(others).length === 0
}

async function send(
  { signal }: CommandContext,
  stdin: NodeJS.ReadableStream,
  stages: readonly PipeStage[],
  output: Writable,
): Promise<void> {
  let inputError: unknown
  stdin.once('error', (error) => {
    // What fails behind it ends it with the same error.
    if (![...stages, output].some(hasFailed)) inputError = error
  })
  try {
    // The types know of no functions in a list.
    const streams = [stdin, ...stages, output] as NodeJS.ReadWriteStream[]
    await pipeline(streams, { signal })
  } catch (error) {
    signal.throwIfAborted()
    // Who reads no further has had enough, as `head` has.
    if (error instanceof PipeIoError && isClosedOutput(error.cause as Error)) return
    throw error === inputError ? stdinError(error) : error
  }
}

function hasFailed(stage: PipeStage | Writable): boolean {
  return 'errored' in stage && stage.errored !== null
}

/**
 * Writes to a stream that is not to be ended or destroyed, since others write there too. Blocks are not
 * waited for one by one: that costs a sixth of the speed.
 */
function outputTo(out: Writable): Writable {
  const output = new Writable({
    highWaterMark: CHUNK_BYTES,
    write(block: Buffer, _encoding, done) {
      if (out.write(block)) done()
      else out.once('drain', done)
    },
    final(done) {
      out.write('', (error) => {
        done(error)
      })
    },
  })
  const onError = (error: Error): void => {
    output.destroy(stdoutError(error))
  }
  out.on('error', onError)
  output.once('close', () => {
    out.off('error', onError)
  })
  return output
}
