import type { DocumentTransform } from '../document-transform.js'

/** What a transform that is made by its name may look at. */
export interface TransformSetup {
  /** Directory that relative paths begin at. */
  readonly cwd: string
  /** Variables of the environment; threads are told only those that begin with `TIDEMARK_`. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A transform that comes with the package, chosen as `NAME` or `NAME:ARGUMENT`. */
export interface ReadyMade {
  /** One line for people: what it does, and what its argument is. */
  readonly about: string
  /**
   * @param argument - what stands behind the first colon; empty when nothing does
   * @throws TransformSetupError when the argument is no good
   */
  create(argument: string, setup: TransformSetup): DocumentTransform | Promise<DocumentTransform>
}
