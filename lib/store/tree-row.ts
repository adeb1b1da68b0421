import {
  createTreeShape,
  TreeError,
  type RevisionBounds,
  type TreeShape,
  type TreeShapeOptions,
} from '../merkle/index.js'
import {
  encodeRevision,
  revision,
  REVISION_END,
  RevisionError,
  type HybridClock,
} from '../values/index.js'
import { minRevisionOf, type JsonObject } from '../wire/index.js'

const DECIMAL = /^\d{1,20}$/

/** What a row of counters says of the collection's tree; its leaves are in the table `tree`. */
export interface TreeRow {
  /** Decimal, as the others. */
  readonly initialRangeMin: string
  readonly rangeMin: string
  readonly rangeMax: string
  /** XOR of the hashes of all revisions; their number is that of the documents. */
  readonly hash: string
  /** The lowest and the highest revision that ever came; empty until one did. */
  readonly lowest: string
  readonly highest: string
  /** True until the first write, where no definition says where the range is to begin. */
  readonly isFresh?: boolean | undefined
}

/** A {@link TreeRow} with its numbers. */
export interface TreeState {
  /** That of one bulk insert of all that ever came, in whatever order it did. */
  readonly shape: TreeShape
  /** What ever came; undefined until something did. */
  readonly bounds: RevisionBounds | undefined
  readonly hash: bigint
  readonly isFresh: boolean
}

/**
 * The row of an empty tree: it begins where the definition says, else now, since no document that is
 * written here can be older.
 */
export function emptyTreeRow(parameters: JsonObject, clock: HybridClock): TreeRow {
  const given = givenStart(parameters)
  const shape = createTreeShape({ rangeMin: given ?? clock.next() })
  return formatTreeRow({ shape, bounds: undefined, hash: 0n, isFresh: given === undefined })
}

/** The row of a tree that lost its documents: its range stays. */
export function clearedTreeRow(row: TreeRow | undefined): TreeRow | undefined {
  return row && { ...row, hash: '0' }
}

/** Where a definition's tree is to begin; undefined when it does not say, or no document can be there. */
export function givenStart(parameters: JsonObject): bigint | undefined {
  const start = minRevisionOf({ parameters })
  return start !== undefined && start < REVISION_END ? start : undefined
}

/**
 * The parameters with the `minRevision` that the tree has, which is not that of the definition when
 * it gave none, or when a document below it came. Padded text: by the rule of `_rev`, shorter text
 * may be decimal.
 */
export function withTreeStart(parameters: JsonObject, row: TreeRow | undefined): JsonObject {
  const start = parseTreeRow(row)?.shape.initialRangeMin
  if (start === undefined || minRevisionOf({ parameters }) === start) return parameters
  return { ...parameters, minRevision: encodeRevision(revision(start), { pad: true }) }
}

/** Writes a row. */
export function formatTreeRow({ shape, bounds, hash, isFresh }: TreeState): TreeRow {
  return {
    initialRangeMin: shape.initialRangeMin.toString(),
    rangeMin: shape.rangeMin.toString(),
    rangeMax: shape.rangeMax.toString(),
    hash: hash.toString(),
    lowest: bounds?.lowest.toString() ?? '',
    highest: bounds?.highest.toString() ?? '',
    ...(isFresh ? { isFresh } : {}),
  }
}

/** Reads a row; undefined when it is missing or says what no tree can be. */
export function parseTreeRow(row: TreeRow | undefined): TreeState | undefined {
  if (row === undefined) return undefined
  const numbers = [row.initialRangeMin, row.rangeMin, row.rangeMax, row.hash]
  if (!numbers.every((text) => DECIMAL.test(text))) return undefined
  const [initialRangeMin, rangeMin, rangeMax, hash] = numbers.map(BigInt) as Numbers
  const shape = shapeOf({ rangeMin, rangeMax, initialRangeMin })
  // In options 0 stands for a default; here it is a number like others.
  const isSame = shape?.rangeMax === rangeMax && shape.initialRangeMin === initialRangeMin
  const bounds = boundsOf(row)
  const isInside = bounds === undefined || (bounds.lowest >= rangeMin && bounds.highest < rangeMax)
  return isSame && isInside ? { shape, bounds, hash, isFresh: row.isFresh === true } : undefined
}

type Numbers = [bigint, bigint, bigint, bigint]

function boundsOf({ lowest, highest }: TreeRow): RevisionBounds | undefined {
  const isThere = DECIMAL.test(lowest) && DECIMAL.test(highest)
  return isThere ? { lowest: BigInt(lowest), highest: BigInt(highest) } : undefined
}

function shapeOf(options: TreeShapeOptions): TreeShape | undefined {
  try {
    return createTreeShape(options)
  } catch (error) {
    if (error instanceof TreeError || error instanceof RevisionError) return undefined
    throw error
  }
}
