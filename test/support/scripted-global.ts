import type { GlobalSnapshot, Source } from '../../lib/replica/index.js'
import { tick } from '../../lib/values/index.js'
import { createScriptedSource, type ScriptedCollection } from './scripted-source.js'

/** A source of several databases that does what a test says. */
export interface ScriptedGlobal extends Source {
  /** What was opened and closed, in order. */
  readonly log: string[]
}

/** Databases by name, each with its collections; in the order in which they are told. */
export type ScriptedDatabases = Readonly<Record<string, readonly ScriptedCollection[]>>

/** Makes a source whose global snapshots have these databases. */
export function createScriptedGlobal(
  databases: ScriptedDatabases,
  serverId = '42',
): ScriptedGlobal {
  const log: string[] = []
  const plain = createScriptedSource([])
  const source: ScriptedGlobal = {
    log,
    address: 'scripted',
    database: '_system',
    onNotice: () => undefined,
    openSnapshot: (options) => plain.openSnapshot(options),
    openGlobalSnapshot({ signal } = {}) {
      signal?.throwIfAborted()
      log.push('open all')
      return Promise.resolve(snapshotOf(databases, serverId, log))
    },
    close: () => Promise.resolve(),
  }
  return source
}

function snapshotOf(databases: ScriptedDatabases, serverId: string, log: string[]): GlobalSnapshot {
  return {
    tick: tick(9n),
    serverId,
    databases: Object.keys(databases),
    source(name) {
      log.push(`open ${name}`)
      const inner = createScriptedSource(databases[name] ?? [])
      return {
        address: `scripted#${name}`,
        database: name,
        onNotice: () => undefined,
        openSnapshot: (options) => inner.openSnapshot(options),
        close() {
          log.push(`close ${name}`)
          return Promise.resolve()
        },
      }
    },
    close() {
      log.push('close all')
      return Promise.resolve()
    },
  }
}
