import { ReplicationError } from '../../../core/index.js'
import type { DocumentTransform } from '../document-transform.js'
import { TransformSetupError } from '../transform-setup-error.js'
import type { ReadyMade } from './ready-made.js'

/**
 * Makes a {@link ReadyMade} of a function; what that throws of an argument that is no good is told as
 * a {@link TransformSetupError} with the transform as it was asked for.
 */
export function makeReady(name: string, about: string, create: ReadyMade['create']): ReadyMade {
  return {
    about,
    create: async (argument, setup): Promise<DocumentTransform> => {
      try {
        return await create(argument, setup)
      } catch (error) {
        if (error instanceof ReplicationError || !(error instanceof Error)) throw error
        const spec = argument === '' ? name : `${name}:${argument}`
        throw new TransformSetupError('make', spec, error.message, { cause: error })
      }
    },
  }
}
