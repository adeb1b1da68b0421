import assert from 'node:assert/strict'
import { appendFile, copyFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { openStoreTarget } from '../../../lib/store/index.js'
import { applyPatch, runApplyPatch, type ApplyEvent } from '../../../lib/sync/index.js'
import type { Target } from '../../../lib/replica/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'
import { differ, writeLines, writePatch } from './patch-support.js'
import { collections, differences, patched, sampleDocument } from './sample-patch.js'
import { apply, DATABASE, makeStore, readPosition, readState, withStore } from './store-support.js'

describe('applyPatch()', () => {
  const { at } = useTemporaryDirectory()
  async function prepare(): Promise<void> {
    await makeStore(at('b'), collections)
    await writePatch(at('patch'), differences)
  }

  it('makes of the target what the patch says, and tells so', async () => {
    await prepare()
    const events = await apply(at('patch'), at('b'))
    assert.deepEqual(await readState(at('b')), patched)
    assert.equal((await readPosition(at('b'))).mark, undefined)
    const phases = events.map((event) => (event.kind === 'progress' ? event.phase : event.kind))
    assert.deepEqual(phases, ['started', 'checking', 'removing', 'writing', 'finished'])
    const [first, second] = events
    assert.ok(first?.kind === 'started' && second?.kind === 'progress')
    assert.deepEqual([first.makes, first.equalTo], ['store:b', 'store:a'])
    assert.deepEqual([second.bytes, second.bytesTotal], [first.totals.bytes, first.totals.bytes])
    const last = events.at(-1)
    assert.ok(last?.kind === 'finished')
    const { made: makes, dropped, documents, removals, replacedRevisions } = last.totals
    assert.deepEqual([makes, dropped, documents, removals, replacedRevisions], [1, 1, 4, 1, 0])
  })

  it('does nothing when it is applied again', async () => {
    await prepare()
    await apply(at('patch'), at('b'))
    const { tick } = await readPosition(at('b'))
    await apply(at('patch'), at('b'))
    assert.deepEqual(await readState(at('b')), patched)
    assert.deepEqual(await readPosition(at('b')), { tick, mark: undefined })
  })

  it('ends in the same state after it was interrupted anywhere', async () => {
    await prepare()
    const whole = await apply(at('patch'), at('b'))
    for (let count = 1; count < whole.length; count += 1) {
      const path = at(`b${count}`)
      await makeStore(path, collections)
      const controller = new AbortController()
      const stop = new Error('stop')
      let seen = 0
      const run = apply(at('patch'), path, { signal: controller.signal }, () => {
        seen += 1
        if (seen === count) controller.abort(stop)
      })
      const isBegun = count > whole.findIndex((event) => isPhase(event, 'checking'))
      await assert.rejects(run, isBegun ? { code: 'ERR_PATCH_UNFINISHED', cause: stop } : stop)
      const { mark } = await readPosition(path)
      assert.equal(mark !== undefined, isBegun, `after ${count} events`)
      await apply(at('patch'), path)
      assert.deepEqual(await readState(path), patched)
      assert.equal((await readPosition(path)).mark, undefined)
    }
  })

  it('says how an interrupted run is finished', async () => {
    await prepare()
    const target = await openStoreTarget(at('b'), DATABASE)
    const failing: Target = {
      ...delegate(target),
      beginCopy: () => Promise.reject(new Error('the disk is full')),
    }
    await assert.rejects(runApplyPatch(at('patch'), failing), {
      message:
        `Cannot apply all of patch "${at('patch')}": the disk is full (${target.address} is ` +
        'marked "copy unfinished"; run the same command again to finish it)',
    })
    await target.close()
  })

  it('goes on by the name of the patch, wherever the file is, and with no other one', async () => {
    await prepare()
    await copyFile(at('patch'), at('moved'))
    await writePatch(at('another'), differences)
    const controller = new AbortController()
    const interrupted = apply(at('patch'), at('b'), { signal: controller.signal }, (event) => {
      if (isPhase(event, 'removing')) controller.abort()
    })
    await assert.rejects(interrupted, { code: 'ERR_PATCH_UNFINISHED' })
    const { mark = '' } = await readPosition(at('b'))
    assert.ok(mark.startsWith(`patch:${resolve(at('patch'))}#`), mark)
    const before = await readState(at('b'))
    await assert.rejects(apply(at('another'), at('b')), {
      code: 'ERR_TARGET_UNFINISHED',
      message:
        `Cannot apply a patch to store:${at('b')}#${DATABASE}: a copy of ${mark} into it is ` +
        'unfinished; finish that first',
    })
    assert.deepEqual(await readState(at('b')), before)
    assert.equal((await readPosition(at('b'))).mark, mark)
    await apply(at('moved'), at('b'))
    assert.deepEqual(await readState(at('b')), patched)
  })

  it('leaves the mark of an unfinished copy alone', async () => {
    await prepare()
    await withStore(at('b'), async (store) => {
      const database = store.database(DATABASE)
      assert.ok(database !== undefined)
      const origin = { address: 'http://127.0.0.1:1', serverId: undefined, tick: undefined }
      await store.setCopyMark(database, origin)
    })
    await assert.rejects(apply(at('patch'), at('b')), { code: 'ERR_TARGET_UNFINISHED' })
    assert.equal((await readPosition(at('b'))).mark, 'http://127.0.0.1:1')
  })

  it('does not touch the target when the patch is damaged', async () => {
    await prepare()
    const before = [await readState(at('b')), await readPosition(at('b'))]
    const drop = '{"type":2001,"cname":"old"}'
    const damages = [
      [drop, '{"type":2300,"cname":"c","data":{"_key":"z"}'],
      [drop, '{"type":2300,"cname":"nowhere","data":{"_key":"z"}}'],
      [drop, '{"type":2302,"cname":"../b","data":{"_key":"z"}}'],
      [drop, '{"type":2302,"cname":"1","data":{"_key":"z"}}'],
    ]
    for (const lines of damages) {
      await writeLines(at('damaged'), lines)
      await assert.rejects(apply(at('damaged'), at('b')), { code: 'ERR_PATCH_FILE', lineNumber: 3 })
    }
    await appendFile(at('patch'), '\n')
    await assert.rejects(apply(at('patch'), at('b')), { code: 'ERR_PATCH_FILE' })
    assert.deepEqual([await readState(at('b')), await readPosition(at('b'))], before)
  })

  it('does not even mark the target where nothing differs', async () => {
    await makeStore(at('b'), collections)
    const before = await readPosition(at('b'))
    await writePatch(at('patch'), [])
    const target = await openStoreTarget(at('b'), DATABASE)
    const watched: Target = {
      ...delegate(target),
      beginCopy: () => Promise.reject(new Error('it was marked')),
    }
    const { totals } = await runApplyPatch(at('patch'), watched)
    await target.close()
    assert.equal(totals.documents, 0)
    assert.deepEqual(await readPosition(at('b')), before)
  })

  it('is cold, and ends early when its subscriber leaves', async () => {
    await prepare()
    const target = await openStoreTarget(at('b'), DATABASE)
    const events$ = applyPatch(at('patch'), target)
    const first = await firstValueFrom(events$)
    assert.equal(first.kind, 'started')
    await target.close()
    const { old } = await readState(at('b'))
    assert.ok(old !== undefined)
  })

  it('writes many chunks', async () => {
    await makeStore(at('b'), collections)
    const text = 'x'.repeat(1000)
    const count = 4000
    await writePatch(
      at('patch'),
      Array.from({ length: count }, (_, index) =>
        differ.onlyInA(
          'c',
          `n${index}`,
          sampleDocument(`n${index}`, 100 + index, `,"t":"${text}"`),
        ),
      ),
    )
    const events = await apply(at('patch'), at('b'))
    assert.ok(events.filter((event) => isPhase(event, 'writing')).length > 3)
    const { c } = await readState(at('b'))
    assert.equal(Object.keys(c?.documents ?? {}).length, count + 3)
  })
})

function isPhase(event: ApplyEvent, phase: string): boolean {
  return event.kind === 'progress' && event.phase === phase
}

/** A target whose methods can be replaced one by one. */
function delegate(target: Target): Target {
  return {
    address: target.address,
    database: target.database,
    beginCopy: (origin) => target.beginCopy(origin),
    unfinishedCopy: () => target.unfinishedCopy(),
    openSnapshot: (options) => target.openSnapshot(options),
    close: () => target.close(),
  }
}
