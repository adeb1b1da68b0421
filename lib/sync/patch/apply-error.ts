import { ReplicationError } from '../../core/index.js'

/** The target holds a part of something else, which a patch does not complete. */
export class UnfinishedTargetError extends ReplicationError {
  readonly code = 'ERR_TARGET_UNFINISHED' as const
  readonly target: string
  /** Where the unfinished copy comes from. */
  readonly origin: string

  constructor(target: string, origin: string) {
    const reason = `a copy of ${origin} into it is unfinished; finish that first`
    super(`Cannot apply a patch to ${target}: ${reason}`)
    this.target = target
    this.origin = origin
  }
}

/** Applying ended early; the target holds a part of what the patch says and is marked. */
export class UnfinishedPatchError extends ReplicationError {
  readonly code = 'ERR_PATCH_UNFINISHED' as const
  readonly path: string
  readonly target: string

  constructor(path: string, target: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `Cannot apply all of patch "${path}": ${reason} (${target} is marked "copy unfinished"; ` +
        'run the same command again to finish it)',
      { cause },
    )
    this.path = path
    this.target = target
  }
}
