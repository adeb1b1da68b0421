import type {
  ApplyGroupsResult,
  ChangeGroup,
  FollowTarget,
  LogPosition,
  OperationOptions,
} from '../replica/index.js'
import type { ApplyGroupsOptions } from './write-options.js'
import type { Store } from './store.js'

/** A database of a store that follows a log, or all of its databases. */
export class StoreFollowTarget implements FollowTarget {
  readonly #store: Store
  readonly #options: ApplyGroupsOptions

  constructor(store: Store, options: ApplyGroupsOptions) {
    this.#store = store
    this.#options = options
  }

  position(): Promise<LogPosition | undefined> {
    return Promise.resolve().then(() => this.#store.followPosition(this.#options.database))
  }

  apply(
    groups: readonly ChangeGroup[],
    position: LogPosition,
    { signal }: OperationOptions = {},
  ): Promise<ApplyGroupsResult> {
    return this.#store.applyGroups(groups, position, { ...this.#options, signal })
  }
}
