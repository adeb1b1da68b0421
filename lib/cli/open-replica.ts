import assert from 'node:assert/strict'
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { openDirectory } from '../directory/index.js'
import { openRemote, openRemoteTarget, type ParallelDumpMode } from '../remote/index.js'
import {
  formatAddress,
  parseAddress,
  type FollowTarget,
  type FollowTargetOptions,
  type RemoteAddress,
  type Source,
  type StoreAddress,
  type Target,
} from '../replica/index.js'
import { openStoreSource, openStoreTarget, type StoreOpeningOptions } from '../store/index.js'
import { unreachable } from '../core/index.js'
import type { JsonObject } from '../wire/index.js'
import type { CommandContext } from './context.js'
import { readCredentials, type ReplicaRole } from './credentials.js'
import { noticeLine } from './printable.js'
import { createOpeningView } from './progress/opening-view.js'
import { UsageError } from './usage-error.js'

/** How {@link withSource} opens a server. */
export interface ServerSourceOptions {
  /** As `RemoteOptions` have it. */
  readonly parallelDump?: ParallelDumpMode | undefined
}

/**
 * Opens the replica at an address for reading, works with it, and closes it whatever the end is.
 * Warnings and retries go to stderr until the work listens itself.
 */
export async function withSource<Result>(
  context: CommandContext,
  address: string,
  role: ReplicaRole,
  work: (source: Source) => Promise<Result>,
  options: ServerSourceOptions = {},
): Promise<Result> {
  const source = await openSource(context, address, role, options)
  source.onNotice = ({ kind, message }) => {
    context.stderr.write(noticeLine({ kind, message }))
  }
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

/**
 * Reads the address of a target.
 *
 * @param action - what is done to it, for the message
 * @throws UsageError when it is none that can be written to
 */
export function parseTarget(text: string, action = 'copy into'): StoreAddress {
  const address = parseAddress(text)
  if (address.kind === 'store') return address
  throw new UsageError(
    `Cannot ${action} ${formatAddress(address)}: the target must be a store, store:PATH[#NAME]`,
  )
}

/** What a database can be copied into. */
export type CopyTargetAddress = StoreAddress | RemoteAddress

/**
 * Reads the address of what a database is copied into.
 *
 * @throws UsageError when it is a directory
 */
export function parseCopyTarget(text: string): CopyTargetAddress {
  const address = parseAddress(text)
  if (address.kind !== 'directory') return address
  const forms = 'a store, store:PATH[#NAME], or a server, http://HOST:PORT[/_db/NAME]'
  throw new UsageError(`Cannot copy into ${formatAddress(address)}: the target must be ${forms}`)
}

/**
 * A store as a target that is opened, and made if need be, only when the copy begins: by then the
 * source has shown that it can be read.
 */
function createLateTarget(path: string, database: string, options: StoreOpeningOptions): Target {
  let opened: Promise<Target> | undefined
  const open = (): Promise<Target> => (opened ??= openStoreTarget(path, database, options))
  return {
    address: formatAddress({ kind: 'store', path, database }),
    database,
    beginCopy: async (origin) => (await open()).beginCopy(origin),
    unfinishedCopy: async () => (await open()).unfinishedCopy(),
    openSnapshot: async (snapshotOptions) => (await open()).openSnapshot(snapshotOptions),
    async openGlobal() {
      const target = await open()
      assert.ok(target.openGlobal !== undefined)
      return target.openGlobal()
    },
    openFollow: (followOptions) =>
      openLateFollow(() => opened ?? (existsSync(path) ? open() : undefined), open, followOptions),
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

/** A store that is not there has no position, and is not made by asking for it. */
function openLateFollow(
  find: () => Promise<Target> | undefined,
  make: () => Promise<Target>,
  options: FollowTargetOptions | undefined,
): Promise<FollowTarget> {
  let followed: Promise<FollowTarget> | undefined
  const open = async (target: Promise<Target>): Promise<FollowTarget> => {
    followed ??= target.then(async (one) => {
      assert.ok(one.openFollow !== undefined)
      return one.openFollow(options)
    })
    return followed
  }
  return Promise.resolve({
    async position() {
      const target = find()
      return target === undefined ? undefined : (await open(target)).position()
    },
    apply: async (groups, position, applyOptions) =>
      (await open(make())).apply(groups, position, applyOptions),
  })
}

/**
 * Servers of two addresses may be one all the same: that is found out when they are asked.
 *
 * @throws UsageError when both ends are one store
 */
export function assertTwoReplicas(sourceText: string, target: CopyTargetAddress): void {
  const source = parseAddress(sourceText)
  if (source.kind !== 'store' || target.kind !== 'store') return
  if (realPathOf(source.path) !== realPathOf(target.path)) return
  throw new UsageError(`Cannot copy ${formatAddress(source)} into the same store`)
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** How {@link withTarget} opens a server. */
export interface ServerTargetOptions {
  /** Make the database when it is missing. */
  readonly createDatabase?: boolean | undefined
  /** As `RemoteTargetOptions` have it. */
  readonly shardingOf?: ((collection: string) => JsonObject) | undefined
}

/** As {@link withSource}, for writing. */
export async function withTarget<Result>(
  context: CommandContext,
  address: CopyTargetAddress,
  work: (target: Target) => Promise<Result>,
  options: ServerTargetOptions = {},
): Promise<Result> {
  const target = openTarget(context, address, options)
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}

/** As {@link withTarget}, for what is there already: a store that is missing is an error. */
export async function withExistingTarget<Result>(
  context: CommandContext,
  { path, database }: StoreAddress,
  work: (target: Target) => Promise<Result>,
): Promise<Result> {
  const options = { ...createOpeningView(context), create: false }
  const target = await openStoreTarget(path, database, options)
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}

function openTarget(
  context: CommandContext,
  address: CopyTargetAddress,
  { createDatabase, shardingOf }: ServerTargetOptions,
): Target {
  if (address.kind === 'store') {
    return createLateTarget(address.path, address.database, createOpeningView(context))
  }
  const { environment, signal } = context
  const credentials = readCredentials(environment, 'target')
  return openRemoteTarget(address, { ...credentials, createDatabase, shardingOf, signal })
}

async function openSource(
  { environment, dbServer, retryDelayMs }: CommandContext,
  text: string,
  role: ReplicaRole,
  { parallelDump }: ServerSourceOptions,
): Promise<Source> {
  const address = parseAddress(text)
  switch (address.kind) {
    case 'remote':
      return openRemote(address, {
        ...readCredentials(environment, role),
        dbServer,
        retryDelayMs,
        parallelDump,
      })
    case 'store':
      return openStoreSource(address.path, address.database)
    case 'directory':
      return openDirectory(address.path)
    default:
      return unreachable(address, 'address')
  }
}
