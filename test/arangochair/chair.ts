import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** As much of arangochair 4 as is used: an event named like a collection for each change. */
export interface Chair extends EventEmitter {
  readonly subscribe: (options: { collection: string }) => void
  readonly start: () => void
  readonly stop: () => void
}

/** Its only export. */
export type ChairConstructor = new (url: string) => Chair

/**
 * Loads arangochair from a directory that it was installed into.
 *
 * @throws Error where it is not installed
 */
export function loadChair(directory: string): ChairConstructor {
  // CommonJS, found from there and not from here.
  return createRequire(join(directory, 'package.json'))('arangochair') as ChairConstructor
}
