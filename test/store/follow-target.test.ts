import assert from 'node:assert/strict'
import { FollowError, type FollowTarget, type Target } from '../../lib/replica/index.js'
import { openStoreTarget } from '../../lib/store/index.js'
import { tick } from '../../lib/values/index.js'
import { revisionText } from './support/documents.js'
import { groupOf, positionAt, toGroups } from './support/groups.js'
import { readMarkers } from './support/markers.js'
import { useStore } from './support/use-store.js'

const ORIGIN = { address: 'http://leader:8529', serverId: '7', tick: tick(9n) }
const OF_ALL = { ...positionAt(6n), database: undefined }
const C = 'h7/5'
const CREATE = object(10, 2000, `,"data":{"name":"c","type":2,"globallyUniqueId":"${C}"}`)

function object(at: number, type: number, rest = '', cuid = C, tid = ''): string {
  return `{"tick":"${at}","type":${type},"db":"shop","cuid":"${cuid}"${tid}${rest}}`
}

function document(at: number, key: string, rev: number | string, more = ''): string {
  const text = typeof rev === 'string' ? rev : `"_rev":"${revisionText(rev)}",`
  return object(at, 2300, `,"tid":"0","data":{"_key":"${key}",${text}"n":1${more}}`)
}

async function openFollow(target: Target, isGlobal?: boolean): Promise<FollowTarget> {
  const opened = await target.openFollow?.({ isGlobal })
  assert.ok(opened !== undefined)
  return opened
}

describe('Target.openFollow() of a store', () => {
  const { path, withTables } = useStore()
  const targets: Target[] = []
  afterEach(async () => {
    for (const target of targets.splice(0)) await target.close()
  })

  async function openTarget(database = 'shop'): Promise<Target> {
    const target = await openStoreTarget(path(), database)
    targets.push(target)
    return target
  }

  async function follow(database?: string, ignoresUnknown = false): Promise<FollowTarget> {
    const opened = await (await openTarget(database)).openFollow?.({ ignoresUnknown })
    assert.ok(opened !== undefined)
    return opened
  }

  async function refusal(target: FollowTarget, ...lines: string[]): Promise<number | undefined> {
    let found: FollowError | undefined
    const work = target.apply([groupOf(lines)], positionAt(99n))
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof FollowError)
      found = error
      return true
    })
    return found?.errorNumber
  }

  /** Names, counts and indexes of what is not a system collection. */
  async function inventory(): Promise<unknown[]> {
    const snapshot = await targets[0]?.openSnapshot()
    const { collections = [] } = (await snapshot?.inventory()) ?? {}
    await snapshot?.close()
    return collections
      .filter(({ definition }) => !definition.isSystem)
      .map(({ definition: { name, indexes }, size }) => [name, size.documents, indexes.length])
  }

  it('has a position once something was applied, until a copy begins', async () => {
    const target = await openTarget()
    const opened = await target.openFollow?.()
    assert.equal(await opened?.position(), undefined)
    const position = { ...positionAt(12n), resumeTick: tick(11n), openTransactions: [tick(12n)] }
    await opened?.apply([], position)
    assert.deepEqual(await opened?.position(), position)
    const copy = await target.beginCopy(ORIGIN)
    assert.equal(await opened?.position(), undefined)
    await copy.finish(positionAt(20n))
    assert.deepEqual(await opened?.position(), positionAt(20n))
    await (await target.beginCopy(ORIGIN)).finish()
    assert.equal(await opened?.position(), undefined)
  })

  it('has one position, of a database or of all, while none is being copied', async () => {
    const target = await openTarget('_system')
    const [all, one] = [await openFollow(target, true), await openFollow(target)]
    await one.apply([], positionAt(5n))
    assert.deepEqual(await one.position(), positionAt(5n))
    await all.apply([], OF_ALL)
    assert.deepEqual([await one.position(), await all.position()], [undefined, OF_ALL])
    await one.apply([], positionAt(6n))
    assert.deepEqual([await one.position(), await all.position()], [positionAt(6n), undefined])
    await all.apply([], OF_ALL)
    const copy = await target.beginCopy(ORIGIN)
    assert.equal(await all.position(), undefined)
    await copy.finish({ ...OF_ALL, tick: tick(7n) })
    assert.deepEqual(await all.position(), { ...OF_ALL, tick: tick(7n) })
    assert.equal(await one.position(), undefined)
  })

  it('follows all databases through `_system` only', async () => {
    await assert.rejects(openFollow(await openTarget(), true), RangeError)
  })

  it('applies documents and removals in order, and counts them', async () => {
    const target = await follow()
    const lines = [
      CREATE,
      document(11, 'a', 1),
      document(12, 'a', 2),
      document(13, 'b', 3),
      object(14, 2302, ',"tid":"0","data":{"_key":"b","_rev":""}'),
      object(15, 2302, ',"tid":"0","data":{"_key":"none"}'),
      document(16, 'c', '"_rev":"",'),
      document(17, 'd', 2),
    ]
    const result = await target.apply(toGroups(lines), positionAt(17n))
    const { bytes, ...counts } = result
    assert.ok(bytes > 0)
    assert.deepEqual(counts, {
      documents: 5,
      // `d` takes the revision of `a`, which goes.
      removals: 3,
      replacedRevisions: 1,
      futureRevisions: 0,
      markers: 8,
      definitions: 1,
    })
    assert.deepEqual(await inventory(), [['c', 2, 0]])
  })

  it('applies all or nothing, and saves the position with it', async () => {
    const target = await follow()
    await target.apply([groupOf([CREATE])], positionAt(10n))
    const groups = toGroups([document(11, 'a', 1), object(12, 2004, '', 'h7/none')])
    await assert.rejects(target.apply(groups, positionAt(12n)), FollowError)
    assert.deepEqual(await inventory(), [['c', 0, 0]])
    assert.deepEqual(await target.position(), positionAt(10n))
    await assert.rejects(
      target.apply([], positionAt(13n), { signal: AbortSignal.abort(new Error('enough')) }),
      { message: 'enough' },
    )
    assert.deepEqual(await target.position(), positionAt(10n))
  })

  it('loses no document to a definition in between', async () => {
    const target = await follow()
    const lines = [
      CREATE,
      document(11, 'a', 1),
      object(12, 2100, ',"data":{"id":"3","type":"persistent","fields":["n"],"name":"i"}'),
      document(13, 'b', 2),
      object(14, 2002, ',"data":{"name":"renamed"}'),
      document(15, 'c', 3),
      object(16, 2100, ',"data":{"id":"4","type":"geo","fields":["n"],"name":"i"}'),
    ]
    await target.apply([groupOf(lines)], positionAt(16n))
    assert.deepEqual(await inventory(), [['renamed', 3, 1]])
    await target.apply([groupOf([object(17, 2004), document(18, 'd', 4)])], positionAt(18n))
    assert.deepEqual(await inventory(), [['renamed', 1, 1]])
  })

  it('frames a transaction in its own log, and nothing else', async () => {
    const target = await follow()
    await target.apply([groupOf([CREATE])], positionAt(10n))
    const inside = [document(12, 'a', 1), document(13, 'b', 2)]
    const transaction = groupOf(inside, { transactionId: tick(12n) })
    const empty = groupOf([], { transactionId: tick(15n) })
    await target.apply([transaction, groupOf([document(14, 'c', 3)]), empty], positionAt(15n))
    const markers = (await withTables(readMarkers)).slice(-5)
    assert.deepEqual(
      markers.map(({ type }) => type),
      [2200, 2300, 2300, 2201, 2300],
    )
    const [begin] = markers
    const id = begin?.tick ?? 0n
    assert.deepEqual(
      markers.map(({ transactionId }) => transactionId),
      [id, id, id, id, 0n],
    )
  })

  it('takes what is there already, and what is gone already', async () => {
    const target = await follow()
    const again = [
      CREATE,
      object(11, 2001, '', 'h7/none'),
      object(12, 2101, ',"data":{"id":"77"}'),
      object(13, 2101, ',"data":{"id":"77"}', 'h7/none'),
      object(14, 2003, ',"data":{"deleted":true,"name":"x","type":2}', 'h7/none'),
      object(15, 2111, '', 'h7/none'),
      object(16, 2002, ',"data":{"name":"c"}'),
      object(17, 2100, ',"data":{"id":"0","type":"primary","fields":["_key"]}'),
    ]
    await target.apply([groupOf([CREATE, document(11, 'a', 1)])], positionAt(11n))
    const before = (await withTables(readMarkers)).length
    const result = await target.apply([groupOf([...again, document(18, 'a', 1)])], positionAt(18n))
    assert.deepEqual([result.markers, result.definitions], [9, 0])
    assert.deepEqual(await inventory(), [['c', 1, 0]])
    assert.equal((await withTables(readMarkers)).length, before)
  })

  it('replaces a collection that has the name of a new one', async () => {
    const target = await follow()
    await target.apply([groupOf([CREATE, document(11, 'a', 1)])], positionAt(11n))
    const other = ',"data":{"name":"c","type":3,"globallyUniqueId":"h7/6"}'
    await target.apply([groupOf([object(12, 2000, other, 'h7/6')])], positionAt(12n))
    assert.deepEqual(await inventory(), [['c', 0, 0]])
    assert.equal(await refusal(target, document(13, 'a', 1)), 1203)
  })

  it('follows views by their globallyUniqueId', async () => {
    const target = await follow()
    const view = (at: number, type: number, name: string, more = ''): string =>
      object(at, type, `,"data":{"name":"${name}","type":"arangosearch"${more}}`, 'h7/9')
    const guid = ',"globallyUniqueId":"h7/9"'
    const lines = [view(10, 2110, 'v', guid), view(11, 2112, 'w', `${guid},"links":{}`)]
    await target.apply([groupOf(lines)], positionAt(11n))
    const snapshot = await targets[0]?.openSnapshot()
    const { views = [] } = (await snapshot?.inventory()) ?? {}
    await snapshot?.close()
    assert.deepEqual(
      views.map(({ name, properties }) => [name, properties['links']]),
      [['w', {}]],
    )
    const result = await target.apply([groupOf([object(12, 2111, '', 'h7/9')])], positionAt(12n))
    assert.equal(result.definitions, 1)
    assert.equal(await refusal(target, view(13, 2112, 'v', guid)), 1203)
  })

  it('takes markers of the form `logger`, by name where they tell no more', async () => {
    const target = await follow()
    const lines = [
      CREATE,
      `{"tick":"11","type":2300,"database":"1","tid":"0","cid":"9","cname":"c","data":{"_key":"a","_rev":"${revisionText(1)}"}}`,
      '{"tick":"12","type":2002,"database":"1","cid":"9","cname":"new","data":{"name":"new","oldName":"c"}}',
    ]
    await target.apply([groupOf(lines)], positionAt(12n))
    assert.deepEqual(await inventory(), [['new', 1, 0]])
  })

  it('refuses what cannot be applied, and says where', async () => {
    const target = await follow()
    assert.equal(await refusal(target, document(11, 'a', 1)), 1203)
    assert.equal(await refusal(target, object(11, 2002, ',"data":{"name":"x"}')), 1203)
    assert.equal(await refusal(target, object(11, 2100, ',"data":{}')), 1203)
    assert.equal(await refusal(target, '{"tick":"11","type":2360}'), 1406)
    assert.equal(await refusal(target, '{"tick":"11","type":2200,"tid":"11"}'), 1408)
    const truncate = groupOf([CREATE, object(11, 2004)], { transactionId: tick(9n) })
    await assert.rejects(target.apply([truncate], positionAt(11n)), {
      code: 'ERR_FOLLOW_APPLY',
      errorNumber: 1408,
      tick: 11n,
      type: 2004,
      collection: C,
      message:
        'Cannot apply the marker of tick 11, type 2004 of "h7/5": ' +
        'a collection is not truncated inside a transaction',
    })
    assert.equal(await refusal(target, CREATE, document(11, 'x'.repeat(255), 1)), undefined)
    const named = object(10, 2000, ',"data":{"name":"a/b","type":2,"globallyUniqueId":"h7/8"}')
    assert.equal(await refusal(target, named), undefined)
    assert.deepEqual(await inventory(), [])
  })

  it('passes over unknown types where asked to, and databases that are not its own', async () => {
    const target = await follow('shop', true)
    const lines = [
      '{"tick":"11","type":2360}',
      '{"tick":"12","type":1100,"db":"x","data":{"name":"x"}}',
      '{"tick":"13","type":1101,"db":"shop"}',
    ]
    const { markers, definitions } = await target.apply([groupOf(lines)], positionAt(13n))
    assert.deepEqual([markers, definitions], [2, 0])
    assert.equal((await target.position())?.tick, 13n)
  })
})
