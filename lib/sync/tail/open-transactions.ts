import assert from 'node:assert/strict'
import type { MarkerChunk } from '../../streams/index.js'
import { tick, type Tick } from '../../values/index.js'
import type { LineSpan } from '../../wire/index.js'
import type { GroupLimits } from './group-options.js'
import type { GroupLines } from './log-group.js'
import { NONE_OPEN, withOpened, withoutEnded, type OpenSet } from './open-set.js'
import { OpenTransaction, type TransactionBegin } from './open-transaction.js'
import { SpillSpace } from './spill-space.js'
import { TailError } from './tail-error.js'

const NO_DIGITS = Buffer.alloc(0)

/** The transactions of a log that are open, with their lines. */
export class OpenTransactions {
  readonly #limits: GroupLimits
  /** By their ids, in the order in which they began. */
  readonly #byId = new Map<Tick, OpenTransaction>()
  #set: OpenSet = NONE_OPEN
  #markers: MarkerChunk | undefined
  /** Those that have lines of this chunk. */
  #touched: OpenTransaction[] = []
  /** The one that was found last, and its id as it was written. */
  #last: OpenTransaction | undefined
  #lastDigits = NO_DIGITS

  readonly #space: SpillSpace
  /** Bytes of memory that the lines of earlier chunks take. */
  #keptCost = 0

  constructor(limits: GroupLimits) {
    this.#limits = limits
    this.#space = new SpillSpace(limits.directory)
  }

  /** Which ones are open. */
  get set(): OpenSet {
    return this.#set
  }

  /** The chunk that is read from now on. */
  begin(markers: MarkerChunk): void {
    this.#markers = markers
  }

  /**
   * A transaction begins; an older one of that id is dropped (client notes, 3.4).
   *
   * @throws {@link TailError} `ERR_TRANSACTIONS_OPEN`
   */
  open(begin: TransactionBegin): void {
    const older = this.#byId.get(begin.id)
    if (older !== undefined) this.drop(older)
    const { openTransactionsMax } = this.#limits
    if (this.#byId.size >= openTransactionsMax) {
      throw new TailError(
        'ERR_TRANSACTIONS_OPEN',
        `Cannot group transactions: more than ${openTransactionsMax} are open at one time; ` +
          'raise openTransactionsMax',
      )
    }
    this.#byId.set(begin.id, new OpenTransaction(begin))
    this.#set = withOpened(this.#set, begin.id, begin.below)
  }

  /** The open transaction whose id stands there in this chunk. */
  find(id: LineSpan): OpenTransaction | undefined {
    const { buffer } = this.#chunk
    if (isAt(buffer, id, this.#lastDigits)) return this.#last
    const digits = buffer.toString('latin1', id.start, id.end)
    this.#last = this.#byId.get(tick(BigInt(digits)))
    this.#lastDigits = this.#last === undefined ? NO_DIGITS : Buffer.from(digits, 'latin1')
    return this.#last
  }

  /** Gives a transaction a line of this chunk. */
  add(transaction: OpenTransaction, index: number): void {
    if (transaction.add(index)) this.#touched.push(transaction)
  }

  /** A transaction ends, and nobody wants its lines. */
  drop(transaction: OpenTransaction): void {
    this.take(transaction).release()
  }

  /** A transaction ends: gives its lines. */
  take(transaction: OpenTransaction): GroupLines {
    this.#byId.delete(transaction.id)
    this.#set = withoutEnded(this.#set, transaction.id, this.#byId.values())
    if (this.#last === transaction) {
      this.#last = undefined
      this.#lastDigits = NO_DIGITS
    }
    this.#keptCost -= transaction.keptCost
    return transaction.take(this.#chunk)
  }

  /**
   * Takes what is still open out of the chunk, which is left behind. What does not fit into memory
   * goes to a file, the largest transaction first.
   *
   * @throws SpillError
   */
  keep(): void {
    for (const transaction of this.#touched) {
      if (this.#byId.get(transaction.id) !== transaction) continue
      this.#keptCost += transaction.keep(this.#chunk)
    }
    this.#touched = []
    this.#markers = undefined
    while (this.#keptCost > this.#limits.bytesMax) this.#spillLargest()
  }

  #spillLargest(): void {
    let largest: OpenTransaction | undefined
    for (const transaction of this.#byId.values()) {
      if (transaction.keptCost > (largest?.keptCost ?? 0)) largest = transaction
    }
    assert(largest !== undefined)
    this.#keptCost -= largest.keptCost
    largest.spill(this.#space)
  }

  /** Drops all of them. */
  close(): void {
    this.#touched = []
    for (const transaction of [...this.#byId.values()]) transaction.close()
    this.#byId.clear()
    this.#space.close()
  }

  get #chunk(): MarkerChunk {
    assert(this.#markers !== undefined)
    return this.#markers
  }
}

function isAt(bytes: Buffer, { start, end }: LineSpan, expected: Buffer): boolean {
  const { length } = expected
  if (end - start !== length || length === 0) return false
  for (let index = 0; index < length; index += 1) {
    if (bytes[start + index] !== expected[index]) return false
  }
  return true
}
