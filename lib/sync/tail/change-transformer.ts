import {
  EntryChunk,
  formatExactJson,
  moveIds,
  parseExactJson,
  type CollectionInfo,
  type TransformRunner,
} from '../../streams/index.js'
import { REMOVAL_TYPE, type JsonObject } from '../../wire/index.js'
import type { LoggedDefinitions } from './logged-definitions.js'
import { PlannedChanges, type PlannedChange } from './planned-changes.js'
import type { ChangeEvent, ChangeKind } from './tail-item.js'
import { TransformedChange } from './transformed-change.js'

/** Bytes of documents, and their count, that are transformed together. */
const BATCH_BYTES = 1024 * 1024
const BATCH_COUNT = 1024
const NEWLINE = Buffer.from('\n')
const PUTS: ReadonlySet<ChangeKind> = new Set(['put', 'insert', 'update'])
const NAMING: ReadonlySet<ChangeKind> = new Set([
  'create-collection',
  'rename-collection',
  'change-collection',
])

/** A change on its way through transforms. */
interface Step {
  readonly origin: ChangeEvent
  readonly planned: PlannedChange | undefined
  /** Where its document stands among those of its collection; undefined when it has none to transform. */
  readonly lineNumber: number | undefined
}

/** Documents of one collection that are transformed together. */
interface Documents {
  /** Undefined where nobody tells which collection it is: that of one that is dropped by now. */
  readonly info: CollectionInfo | undefined
  readonly name: string | undefined
  readonly isTransformed: boolean
  readonly lines: Buffer[]
  readonly lineNumbers: number[]
}

/** A document that came out, or the key of a removal, and where it belongs. */
interface Outcome {
  readonly collection: string | undefined
  readonly key: string
  readonly revision?: string | undefined
  readonly document?: Buffer | undefined
}

/**
 * Transforms changes of a log: documents that are put become what a runner makes of them, and none,
 * or several with the tick of the one that they came of; every change has the name that its collection
 * is given, and those of one that is left out are left out. Removals have the key that transforms give
 * them.
 */
export class ChangeTransformer {
  readonly #runner: TransformRunner
  readonly #planned: PlannedChanges
  #lineNumber = 0

  constructor(runner: TransformRunner, definitions: LoggedDefinitions) {
    this.#runner = runner
    this.#planned = new PlannedChanges(runner, definitions)
  }

  /**
   * Transforms changes that belong together, a part at a time.
   *
   * @param events - valid as long as the parts are asked for
   * @throws TransformError
   */
  async *transform(events: Iterable<ChangeEvent>): AsyncGenerator<readonly TransformedChange[]> {
    let batch = this.#begin()
    for (const event of events) {
      batch.add(event)
      if (!batch.isFull) continue
      yield await batch.finish(this.#runner)
      batch = this.#begin()
    }
    yield await batch.finish(this.#runner)
  }

  #begin(): Batch {
    return new Batch(this.#planned, () => (this.#lineNumber += 1))
  }
}

class Batch {
  readonly #planned: PlannedChanges
  readonly #nextLine: () => number
  readonly #steps: Step[] = []
  readonly #documents = new Map<PlannedChange | undefined, Documents>()
  #bytes = 0

  constructor(planned: PlannedChanges, nextLine: () => number) {
    this.#planned = planned
    this.#nextLine = nextLine
  }

  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES || this.#steps.length >= BATCH_COUNT
  }

  add(origin: ChangeEvent): void {
    const planned = this.#planned.of(origin)
    if (planned !== undefined && planned.plan === undefined) return
    const hasDocument = origin.key !== undefined
    if (hasDocument && planned?.plan?.data === 'none') return
    const line = lineOf(origin)
    const lineNumber = line === undefined ? undefined : this.#addLine(line, planned)
    this.#steps.push({ origin, planned, lineNumber })
  }

  async finish(runner: TransformRunner): Promise<readonly TransformedChange[]> {
    const outcomes = new Map<number, Outcome[]>()
    for (const documents of this.#documents.values()) {
      await transformDocuments(documents, runner, outcomes)
    }
    return this.#steps.flatMap((step) => changesOf(step, outcomes))
  }

  #addLine(line: Buffer, planned: PlannedChange | undefined): number | undefined {
    const { info, plan } = planned ?? {}
    // What transforms are to hide is in documents of unknown collections as well.
    const isTransformed = plan === undefined || plan.data === 'transform'
    const name = plan?.name
    if (!isTransformed && name === info?.name) return undefined
    let documents = this.#documents.get(planned)
    if (documents === undefined) {
      documents = { info, name, isTransformed, lines: [], lineNumbers: [] }
      this.#documents.set(planned, documents)
    }
    const lineNumber = this.#nextLine()
    documents.lines.push(line)
    documents.lineNumbers.push(lineNumber)
    this.#bytes += line.length
    return lineNumber
  }
}

/** What transforms are given of a change: its document, or a removal with the key alone. */
function lineOf({ kind, document, key }: ChangeEvent): Buffer | undefined {
  if (PUTS.has(kind)) return document
  if (kind !== 'remove' || key === undefined) return undefined
  return Buffer.from(JSON.stringify({ type: REMOVAL_TYPE, data: { _key: key } }))
}

async function transformDocuments(
  { info, name, isTransformed, lines, lineNumbers }: Documents,
  runner: TransformRunner,
  outcomes: Map<number, Outcome[]>,
): Promise<void> {
  const chunk = toChunk(lines, lineNumbers)
  const { chunks, routed } = isTransformed
    ? await runner.transform(chunk, info)
    : { chunks: [chunk], routed: new Map<string, readonly EntryChunk[]>() }
  for (const one of chunks) {
    const isRenamed = name !== undefined && name !== info?.name
    take(isRenamed ? moveIds(one, name) : one, name, outcomes)
  }
  for (const [other, sent] of routed) {
    for (const one of sent) take(moveIds(one, other), other, outcomes)
  }
}

function take(
  chunk: EntryChunk,
  collection: string | undefined,
  outcomes: Map<number, Outcome[]>,
): void {
  for (const line of chunk.lines()) {
    const { key, revisionText: revision, bytes: document, lineNumber } = line
    const found = outcomes.get(lineNumber)
    const told = document === undefined ? {} : { revision, document }
    const outcome: Outcome = { collection, key, ...told }
    if (found === undefined) outcomes.set(lineNumber, [outcome])
    else found.push(outcome)
  }
}

function toChunk(lines: readonly Buffer[], lineNumbers: readonly number[]): EntryChunk {
  const offsets = new Uint32Array(lines.length + 1)
  for (const [index, { length }] of lines.entries()) {
    offsets[index + 1] = (offsets[index] as number) + length + 1
  }
  return new EntryChunk({
    buffer: Buffer.concat(lines.flatMap((line) => [line, NEWLINE])),
    offsets,
    firstLineNumber: lineNumbers[0] as number,
    byteOffset: 0,
    lineNumbers: Uint32Array.from(lineNumbers),
  })
}

function changesOf(
  { origin, planned, lineNumber }: Step,
  outcomes: ReadonlyMap<number, readonly Outcome[]>,
): readonly TransformedChange[] {
  const name = planned?.plan?.name ?? origin.collection
  if (lineNumber === undefined) {
    const isRenamed = name !== origin.collection
    const told = isRenamed && NAMING.has(origin.kind) ? withName(origin.document, name) : undefined
    const document = told === undefined ? {} : { document: told }
    return [new TransformedChange(origin, { collection: name, ...document })]
  }
  const found = outcomes.get(lineNumber) ?? []
  return found.map(
    (parts, index) => new TransformedChange(origin, parts, index + 1, index === found.length - 1),
  )
}

function withName(document: Buffer | undefined, name: string | undefined): Buffer | undefined {
  if (document === undefined) return undefined
  const told = parseExactJson(document.toString()) as JsonObject
  return 'name' in told ? Buffer.from(formatExactJson({ ...told, name })) : undefined
}
