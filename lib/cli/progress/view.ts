import type { SyncEvent } from '../../sync/index.js'

/** Shows a synchronisation to a person. */
export interface ProgressView {
  readonly show: (event: SyncEvent) => void
  /** Puts the terminal back in order; call it whatever the end was. */
  readonly end: () => void
}
