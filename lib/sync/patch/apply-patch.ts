import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  ignoreElements,
  of,
  type Observable,
} from 'rxjs'
import type { Target, TargetCopy, WriteResult } from '../../replica/index.js'
import { observePull, readAhead, usingResource } from '../../streams/index.js'
import { DOCUMENT_TYPE, REMOVAL_TYPE } from '../../wire/index.js'
import { runToEnd } from '../run-to-end.js'
import { UnfinishedPatchError, UnfinishedTargetError } from './apply-error.js'
import {
  addApplied,
  NOTHING_APPLIED,
  type ApplyEvent,
  type ApplyFinished,
  type ApplyPhase,
  type ApplyTotals,
} from './apply-event.js'
import { PatchChecker, type PatchPlan } from './check-patch.js'
import { LineGrouper } from './group-lines.js'
import { OpenCollections } from './open-collections.js'
import type { PatchLineType } from './patch-lines.js'
import { readPatch, type PatchFile } from './read-patch.js'
import type { EntryChunk } from '../../streams/index.js'

/** How {@link applyPatch} works. */
export interface ApplyPatchOptions {
  /** Ends the work with an error; a target that was begun with stays marked. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Applies a patch to a target: looks at all of its lines, drops and makes collections, removes
 * documents, then writes the others. Applied again, or again after it was interrupted, it ends in the
 * same state. Cold: each subscription is one run.
 *
 * A document whose revision another document of the target has gets a new one; that other document
 * stays, since the patch says nothing of it.
 *
 * Errors before the target was touched come as they are: {@link PatchFileError} for a damaged patch,
 * {@link UnfinishedTargetError} for a target that holds a part of something else. Later ones come as
 * {@link UnfinishedPatchError}, and the target is marked until the patch was applied whole.
 */
export function applyPatch(
  path: string,
  target: Target,
  options: ApplyPatchOptions = {},
): Observable<ApplyEvent> {
  return usingResource(
    () => readPatch(path),
    (patch) => new PatchRun(patch, target, options.signal).events(),
    (patch) => patch.close(),
  )
}

/**
 * Applies as {@link applyPatch} does, and resolves when everything is in the target.
 *
 * @param onEvent - sees what happens
 */
export async function runApplyPatch(
  path: string,
  target: Target,
  options: ApplyPatchOptions = {},
  onEvent?: (event: ApplyEvent) => void,
): Promise<ApplyFinished> {
  const last = await runToEnd(applyPatch(path, target, options), onEvent)
  assert.equal(last?.kind, 'finished')
  return last
}

/** One subscription. */
class PatchRun {
  readonly #patch: PatchFile
  readonly #target: Target
  readonly #signal: AbortSignal | undefined
  #totals: ApplyTotals = NOTHING_APPLIED

  constructor(patch: PatchFile, target: Target, signal: AbortSignal | undefined) {
    this.#patch = patch
    this.#target = target
    this.#signal = signal
  }

  events(): Observable<ApplyEvent> {
    const { path, header } = this.#patch
    const { address } = this.#target
    const { totals, makes, equalTo } = header
    let plan: PatchPlan | undefined
    const check$ = defer(() => this.#createChecker()).pipe(
      concatMap((checker) =>
        concat(
          this.#readAll('checking', (chunk) => {
            checker.check(chunk)
          }),
          defer(() => {
            plan = checker.finish()
            return []
          }),
        ),
      ),
    )
    const change$ = defer(() =>
      plan === undefined || totals.bytes === 0 ? [] : this.#change(plan),
    )
    return concat(
      of<ApplyEvent>({ kind: 'started', patch: path, target: address, makes, equalTo, totals }),
      check$,
      change$,
      defer(() => of<ApplyEvent>({ kind: 'finished', totals: this.#totals })),
    )
  }

  async #createChecker(): Promise<PatchChecker> {
    const unfinished = await this.#target.unfinishedCopy()
    if (unfinished !== undefined && !this.#isOurs(unfinished.address)) {
      throw new UnfinishedTargetError(this.#target.address, unfinished.address)
    }
    const signal = this.#signal
    const snapshot = await this.#target.openSnapshot({ signal })
    try {
      const { collections, views } = await snapshot.inventory({ signal })
      return new PatchChecker(
        this.#patch,
        collections.map(({ definition }) => definition),
        views.map(({ name }) => name),
      )
    } finally {
      await snapshot.close()
    }
  }

  #change(plan: PatchPlan): Observable<ApplyEvent> {
    const address = this.#mark()
    const { path } = this.#patch
    return defer(() =>
      this.#target.beginCopy({ address, serverId: undefined, tick: undefined }),
    ).pipe(
      concatMap((copy) => this.#fill(plan, copy)),
      catchError((cause: unknown) => {
        throw new UnfinishedPatchError(path, this.#target.address, cause)
      }),
    )
  }

  #fill(plan: PatchPlan, copy: TargetCopy): Observable<ApplyEvent> {
    const collections = new OpenCollections(copy)
    const { made, dropped } = this.#patch.header.totals
    const step = (work: () => Promise<void>): Observable<never> =>
      defer(work).pipe(ignoreElements())
    return concat(
      step(async () => {
        await collections.prepare(plan, this.#signal)
        this.#totals = addApplied(this.#totals, { ...NOTHING_APPLIED, made, dropped })
      }),
      this.#writeLines('removing', REMOVAL_TYPE, collections),
      this.#writeLines('writing', DOCUMENT_TYPE, collections),
      defer(() => (this.#totals.replacedRevisions > 0 ? this.#writeAgain(collections) : EMPTY)),
      step(async () => {
        this.#signal?.throwIfAborted()
        await collections.finish()
        await copy.finish()
      }),
    )
  }

  #writeLines(
    phase: ApplyPhase,
    type: PatchLineType,
    collections: OpenCollections,
  ): Observable<ApplyEvent> {
    const { removals, documents } = this.#patch.header.totals
    if ((type === REMOVAL_TYPE ? removals : documents) === 0) return EMPTY
    return this.#eachGroup(phase, type, collections, (written) => {
      this.#totals = addApplied(this.#totals, { ...NOTHING_APPLIED, ...written })
    })
  }

  /**
   * Documents of the patch may have stood in each other's way: now that all of them have left their
   * old revisions, only those of documents that the patch does not speak of are taken.
   */
  #writeAgain(collections: OpenCollections): Observable<ApplyEvent> {
    this.#totals = { ...this.#totals, replacedRevisions: 0 }
    return this.#eachGroup('writing', DOCUMENT_TYPE, collections, ({ replacedRevisions }) => {
      const before = this.#totals.replacedRevisions
      this.#totals = { ...this.#totals, replacedRevisions: before + replacedRevisions }
    })
  }

  #eachGroup(
    phase: ApplyPhase,
    type: PatchLineType,
    collections: OpenCollections,
    note: (written: WriteResult) => void,
  ): Observable<ApplyEvent> {
    const grouper = new LineGrouper(type)
    return this.#readAll(phase, async (chunk) => {
      for (const group of grouper.groups(chunk)) {
        this.#signal?.throwIfAborted()
        note(await (await collections.get(group.collection)).write(group.chunk))
      }
    })
  }

  /** Reads the patch from its beginning, one chunk ahead of the work. */
  #readAll(
    phase: ApplyPhase,
    work: (chunk: EntryChunk) => Promise<void> | void,
  ): Observable<ApplyEvent> {
    const bytesTotal = this.#patch.header.totals.bytes
    return defer(() => {
      let bytes = 0
      return observePull<EntryChunk, ApplyEvent>(
        (signal) => readAhead(this.#patch.chunks(signal)),
        async (chunk) => {
          await work(chunk)
          bytes += chunk.buffer.length
          return { kind: 'progress', phase, bytes, bytesTotal, totals: this.#totals }
        },
        this.#signal,
      )
    })
  }

  /** What the target is marked with: the file for people, the id for the next run. */
  #mark(): string {
    const { path, header } = this.#patch
    return `patch:${resolve(path)}#${header.id}`
  }

  #isOurs(address: string): boolean {
    return address.startsWith('patch:') && address.endsWith(`#${this.#patch.header.id}`)
  }
}
