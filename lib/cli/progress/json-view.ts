import { writeJsonLine, type CommandContext } from '../context.js'

/** Writes each event as a line of JSON. */
export function createJsonView({ stdout }: Pick<CommandContext, 'stdout'>): {
  readonly show: (event: object) => void
  readonly end: () => void
} {
  return {
    show: (event) => {
      writeJsonLine(stdout, event)
    },
    end: () => undefined,
  }
}
