import { UsageError } from '../usage-error.js'

/** Whether something is not to be done, and why. */
export type Refusal = readonly [isRefused: boolean, reason: string]

/**
 * Refuses what flags ask for together.
 *
 * @param action - what is refused: `restore`
 * @throws UsageError with the first reason that there is
 */
export function refuseFirst(action: string, refusals: readonly Refusal[]): void {
  const refusal = refusals.find(([isRefused]) => isRefused)
  if (refusal !== undefined) throw new UsageError(`Cannot ${action} so: ${refusal[1]}`)
}
