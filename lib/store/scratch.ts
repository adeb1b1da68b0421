/** A key and its value. */
export interface ScratchEntry {
  readonly key: Buffer
  readonly value: Buffer
}

/** Which keys are read, in byte order. */
export interface ScratchRange {
  /** The first key; undefined begins with the first that there is. */
  readonly from?: Buffer | undefined
  /** The last key, included; undefined goes to the end. */
  readonly through?: Buffer | undefined
}

/** Keys and values that lie on the disk, and seem to be in memory. */
export interface ScratchTable {
  /** Number of keys. */
  readonly size: number
  /**
   * Puts a value, in place of one that the key has. Both are copied, or written at once; writing
   * waits until there is enough of it.
   *
   * @param key - 1 to 1,978 bytes
   * @returns to be awaited where there is a promise, which gives others their turn
   * @throws RangeError when the key is empty or too long; StoreError `ERR_STORE_FAILED` when it cannot
   *   be written, as where the disk is full, `ERR_STORE_CLOSED`
   */
  put(key: Buffer, value: Buffer): void | Promise<void>
  /** The value of a key, not to be changed. */
  get(key: Buffer): Buffer | undefined
  /** Removes a key; nothing happens when there is none. As {@link put}. */
  delete(key: Buffer): void | Promise<void>
  /**
   * Reads entries in byte order of their keys, in slices: what is put or deleted meanwhile shows up
   * where reading has not come by.
   */
  entries(range?: ScratchRange): AsyncIterable<ScratchEntry>
  /** As {@link entries}, without the values, which are not read. */
  keys(range?: ScratchRange): AsyncIterable<Buffer>
  /** Removes all keys. */
  clear(): void
}

/** A temporary index on the disk. */
export interface Scratch {
  /** Its directory, which {@link close} removes. */
  readonly path: string
  /** Gives the table of that name, empty the first time; there can be 4,096. */
  table(name: string): ScratchTable
  /** Removes everything; what is read or written afterwards fails with `ERR_STORE_CLOSED`. */
  close(): Promise<void>
}
