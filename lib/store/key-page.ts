import type { OperationOptions } from '../replica/index.js'

/** Which keys are read, in the order of their bytes. */
export interface KeyPage extends OperationOptions {
  /** The first one, if it is there; undefined begins with the lowest. */
  readonly from?: string | undefined
  /** Only those above this one; it goes before `from`. */
  readonly after?: string | undefined
  /** The last one, included; undefined goes to the end. */
  readonly through?: string | undefined
  /** Most keys to read. */
  readonly limit: number
}
