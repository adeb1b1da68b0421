import type { Ratio } from './ratio.js'

/** What each file of bench/ exports: its name is the file's. */
export interface BenchModule {
  /** Checks the answers of everything it compares, then measures. */
  run(): Promise<readonly Ratio[]>
}
