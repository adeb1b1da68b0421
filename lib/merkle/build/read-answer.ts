import assert from 'node:assert/strict'
import { LINE_BYTES_MAX, unreachable } from '../../core/index.js'
import { LineTooLongError } from '../../streams/index.js'
import { DumpLineError, type LinePlace } from '../../wire/index.js'
import { growToHold } from '../tree-shape.js'
import type { BuildAnswer, SlotState } from './build-task.js'
import { TreeBuildError } from './tree-build-error.js'

/**
 * Makes of an answer what it stands for.
 *
 * @param state - what the task began with
 * @throws DumpLineError, LineTooLongError, TreeBuildError, TreeError
 */
export function readAnswer(answer: BuildAnswer, state: SlotState): SlotState {
  switch (answer.kind) {
    case 'done':
      return answer.state
    case 'stopped':
      throw new TreeBuildError('it was stopped')
    case 'unfit':
      growToHold(state.base, answer.lowest, answer.highest)
      return assert.fail('what a tree cannot hold in a thread it cannot hold here')
    case 'bad-line':
      throw badLineError(answer, answer.place)
    case 'bad-file': {
      const { path, reason, cause } = answer
      throw new TreeBuildError(reason, { path, cause })
    }
    default:
      return unreachable(answer, 'answer')
  }
}

/** The error that people see of a line, once its place is known. */
export function badLineError(
  line: { readonly reason: string; readonly isTooLong: boolean },
  place: LinePlace,
): DumpLineError | LineTooLongError {
  return line.isTooLong
    ? new LineTooLongError(LINE_BYTES_MAX, place)
    : new DumpLineError(line.reason, place)
}
