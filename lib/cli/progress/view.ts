import type { SyncEvent } from '../../sync/index.js'

/** Shows a synchronisation to a person. */
export interface ProgressView {
  show(event: SyncEvent): void
  /** Puts the terminal back in order; call it whatever the end was. */
  end(): void
}
