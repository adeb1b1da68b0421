import { once } from 'node:events'
import { openStore, type Store } from '../../store/index.js'
import { startLeader, type Compat, type Leader, type LeaderTls } from '../../server/index.js'
import type { CommandContext } from '../context.js'
import { readSecret } from '../credentials.js'
import { applierLine } from '../describe-applier.js'
import { EXIT_CODE } from '../exit-code.js'
import { createOpeningView } from '../progress/opening-view.js'
import { nameTlsFile, readTlsFiles, reloadAtHangup, type TlsFlags } from '../tls-files.js'

/** Flags of `tidemark serve`. */
export interface ServeFlags extends TlsFlags {
  readonly store: string
  readonly host: string
  readonly port: number
  readonly compat: Compat
  /** Milliseconds; infinite where the log is kept for ever. */
  readonly logAge: number
  /** Bytes; infinite where the log may be of any size. */
  readonly logSize: number
  /** Hosts that synchronisations may read; undefined: those on loopback. */
  readonly allowSyncFrom?: readonly string[] | undefined
  /** False with `--no-auth`. */
  readonly auth: boolean
}

/** `tidemark serve --store DIR`: serves a store until SIGINT or SIGTERM. */
export async function serveCommand(context: CommandContext, flags: ServeFlags): Promise<number> {
  const { stdout, stderr, signal } = context
  const tls = readTlsFiles(flags)
  const store = await openStore(flags.store, {
    ...createOpeningView(context),
    mode: 'write',
    create: true,
  })
  try {
    warnOfUnfinishedCopies(store, context)
    const leader = await start(store, context, { ...flags, tls })
    const release = reloadAtHangup(leader, flags, context)
    stdout.write(`tidemark is listening on ${leader.url}\n`)
    if (leader.generatedRootPassword !== undefined) {
      stderr.write(`root's password, shown this once: ${leader.generatedRootPassword}\n`)
    }
    if (!signal.aborted) await once(signal, 'abort')
    release()
    await leader.close()
  } finally {
    await store.close()
  }
  return EXIT_CODE.fine
}

async function start(
  store: Store,
  { environment, stderr }: CommandContext,
  flags: ServeFlags & { readonly tls: LeaderTls | undefined },
): Promise<Leader> {
  const { host, port, tls, compat, auth, logAge, logSize, allowSyncFrom } = flags
  const rootPassword = readSecret(environment, 'TIDEMARK_ROOT_PASSWORD')
  const jwtSecret = readSecret(environment, 'TIDEMARK_JWT_SECRET')
  return startLeader({
    store,
    host,
    port,
    tls,
    compat,
    syncFrom: allowSyncFrom,
    limits: { logAgeMaxMs: logAge, logBytesMax: logSize },
    onApplierEvent: (event) => {
      stderr.write(applierLine(event))
    },
    onTrimError: (error) => {
      stderr.write(`warning: the log was not trimmed: ${String(error)}\n`)
    },
    auth: auth ? { kind: 'on', rootPassword, jwtSecret } : { kind: 'off' },
  }).catch((error: unknown) => {
    throw nameTlsFile(error, flags)
  })
}

function warnOfUnfinishedCopies(store: Store, { stderr }: CommandContext): void {
  for (const database of store.databases()) {
    if (store.copyMark(database) === undefined) continue
    stderr.write(`warning: the copy into database "${database.name}" was not finished\n`)
  }
}
