import type { GlobalSyncEvent } from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { plural } from '../human.js'
import { printable } from '../printable.js'
import { createProgressView } from './progress-view.js'
import type { ProgressView } from './view.js'

/** Shows to a person how all databases are synchronised. */
export interface GlobalView {
  readonly show: (event: GlobalSyncEvent) => void
  /** Puts the terminal back in order; call it whatever the end was. */
  readonly end: () => void
}

/** Shows each database as `tidemark sync` does, below a line that names it. */
export function createGlobalView(context: Pick<CommandContext, 'stdout' | 'stderr'>): GlobalView {
  const { stderr } = context
  let databaseCount = 0
  let view: ProgressView | undefined
  const endDatabase = (): void => {
    view?.end()
    view = undefined
  }
  /** Lines stand above bars, not in them. */
  const say = (line: string): void => {
    endDatabase()
    stderr.write(`${printable(line)}\n`)
  }
  const show = (event: GlobalSyncEvent): void => {
    switch (event.kind) {
      case 'databases-started':
        databaseCount = event.databases.length
        say(`${plural(databaseCount, 'database')} of ${event.source} into ${event.target}`)
        return
      case 'database-started': {
        const what = event.isNew ? ' (new)' : ''
        say(`database ${event.index + 1}/${databaseCount} ${event.database}${what}`)
        return
      }
      case 'database-failed':
        say(`failed: database "${event.database}": ${event.message}`)
        return
      case 'dropped':
        say(`dropped: ${describeDropped(event)}`)
        return
      case 'databases-finished':
        endDatabase()
        return
      default:
        view ??= createProgressView(context)
        view.show(event)
    }
  }
  return { show, end: endDatabase }
}

function describeDropped({
  what,
  name,
  database,
}: Extract<GlobalSyncEvent, { kind: 'dropped' }>): string {
  return what === 'database' ? `database "${name}"` : `${what} "${name}" of database "${database}"`
}
