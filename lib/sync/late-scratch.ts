import { openScratch, type Scratch } from '../store/index.js'

/** A scratch that is made when it is first needed: most comparisons need none. */
export class LateScratch {
  #opened: Promise<Scratch> | undefined

  open(): Promise<Scratch> {
    return (this.#opened ??= openScratch())
  }

  async close(): Promise<void> {
    await (await this.#opened?.catch(() => undefined))?.close()
  }
}
