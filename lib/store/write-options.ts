import type { CollectionRef } from './store-transaction.js'
import type { OperationOptions } from '../replica/index.js'
import type { StoreDatabase } from './store-records.js'

/** How `Store.applyChunk` writes. */
export interface ApplyOptions extends OperationOptions {
  /**
   * Whether a document takes its revision away from another one, which is then removed and counted
   * in `removals`; otherwise it gets a new revision itself. Default: false.
   */
  readonly takesRevisions?: boolean | undefined
  /**
   * Documents that one transaction takes at most; its bytes are bounded in proportion. Default:
   * `TRANSACTION_ROWS_MAX`, so that others get their turn soon.
   */
  readonly rowsMax?: number | undefined
  /** Most documents have keys that the collection does not have: which costs less then. */
  readonly expectsNew?: boolean | undefined
}

/** How `Store.createIndex` makes an index. */
export interface CreateIndexOptions extends OperationOptions {
  /**
   * Documents of a unique index may have the same values, as those of another replica on their way
   * here; a notice tells how many do. Default: false.
   */
  readonly allowsConflicts?: boolean | undefined
}

/** How `Store.applyGroups` applies. */
export interface ApplyGroupsOptions extends OperationOptions {
  /** Where everything goes; undefined applies to all databases, each by its name. */
  readonly database?: StoreDatabase | undefined
  /** Pass over markers of types that are not known. Default: false. */
  readonly ignoresUnknown?: boolean | undefined
}

/** What is done besides the body of a transaction. */
export interface TransactionOptions {
  /** A collection of its database that is emptied before the body runs, if that ends well. */
  readonly emptied?: CollectionRef | undefined
}
