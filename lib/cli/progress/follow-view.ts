import type {
  FollowAllEvent,
  FollowEvent,
  FollowProgress,
  GlobalSyncEvent,
  SyncEvent,
} from '../../sync/index.js'
import type { CommandContext } from '../context.js'
import { printable } from '../printable.js'
import { describeFollowed } from './describe-followed.js'
import { createGlobalView } from './global-view.js'
import { createProgressView } from './progress-view.js'
import { StatusLine } from './status-line.js'

const LINE_INTERVAL_MS = 2000

/** Shows to a person how a target follows. */
export interface FollowView {
  readonly show: (event: FollowEvent | FollowAllEvent) => void
  /** Puts the terminal back in order; call it whatever the end was. */
  readonly end: () => void
}

/** Where lines go, and the one that tells how far the target is. */
interface FollowOutput {
  readonly say: (line: string) => void
  readonly update: (event: FollowProgress) => void
  readonly clear: () => void
}

/** Shows a copy. */
interface CopyView {
  readonly show: (event: SyncEvent | GlobalSyncEvent) => void
  readonly end: () => void
}

/**
 * Shows copies as `tidemark sync` does, and after them how far the target is: in one line where
 * stderr is a terminal, else in a line every two seconds as long as something changes.
 */
export function createFollowView(
  context: Pick<CommandContext, 'stdout' | 'stderr'>,
  now: () => number = Date.now,
): FollowView {
  return createView(context, now, () => {
    const { show, end } = createProgressView(context)
    return {
      show: (event) => {
        show(event as SyncEvent)
      },
      end,
    }
  })
}

/** As {@link createFollowView}, of all databases. */
export function createFollowAllView(
  context: Pick<CommandContext, 'stdout' | 'stderr'>,
  now: () => number = Date.now,
): FollowView {
  return createView(context, now, () => {
    const { show, end } = createGlobalView(context)
    return {
      show: (event) => {
        show(event as GlobalSyncEvent)
      },
      end,
    }
  })
}

function createView(
  { stderr }: Pick<CommandContext, 'stderr'>,
  now: () => number,
  openCopyView: () => CopyView,
): FollowView {
  const output = stderr.isTTY === true ? terminalOutput(stderr, now) : lineOutput(stderr, now)
  let copy: CopyView | undefined
  const showCopy = (event: SyncEvent | GlobalSyncEvent): void => {
    if (copy === undefined && (event.kind === 'warning' || event.kind === 'retry')) {
      output.say(`${event.kind}: ${event.message}`)
      return
    }
    copy ??= openCopyView()
    copy.show(event)
  }
  const endCopy = (): void => {
    copy?.end()
    copy = undefined
  }
  const show = (event: FollowEvent | FollowAllEvent): void => {
    switch (event.kind) {
      case 'follow-started':
        endCopy()
        output.say(`following ${event.source} from tick ${event.position.tick}`)
        return
      case 'followed':
        output.update(event)
        return
      case 'gap':
        output.clear()
        output.say(`gap: ${event.message}; moving what differs`)
        return
      default:
        showCopy(event)
    }
  }
  const end = (): void => {
    endCopy()
    output.clear()
  }
  return { show, end }
}

function terminalOutput(stderr: CommandContext['stderr'], now: () => number): FollowOutput {
  const line = new StatusLine(stderr)
  const describe = describeFollowed(now)
  return {
    say: (text) => {
      line.say(text)
    },
    update: (event) => {
      line.update(describe(event))
    },
    clear: () => {
      line.clear()
    },
  }
}

function lineOutput(stderr: CommandContext['stderr'], now: () => number): FollowOutput {
  const describe = describeFollowed(now)
  let shownMs = -Infinity
  let shown: Pick<FollowProgress, 'isLevel' | 'totals'> | undefined
  return {
    say: (text) => {
      stderr.write(`${printable(text)}\n`)
    },
    update: (event) => {
      const isNews =
        shown?.isLevel !== event.isLevel || shown.totals.markers !== event.totals.markers
      if (!isNews || now() - shownMs < LINE_INTERVAL_MS) return
      shownMs = now()
      shown = event
      stderr.write(`  ${describe(event)}\n`)
    },
    clear: () => undefined,
  }
}
