import type { DirectoryFormat, DirectoryTargetOptions } from '../../directory/index.js'
import type { CommandContext } from '../context.js'
import type { SubsetFlags } from '../subset-flags.js'
import type { TransformFlags } from '../transform-flags.js'
import { UsageError } from '../usage-error.js'
import { selectionOf, type DirectoryFlags } from './dump-flags.js'
import { refuseFirst } from './refuse-first.js'

/** Content of a data file, before compression, after which another one is begun. */
const SPLIT_BYTES = 64 * 1024 * 1024

/** Flags that say what files are written. */
export interface FormFlags extends DirectoryFlags {
  readonly format?: DirectoryFormat | undefined
  readonly envelope?: boolean | undefined
  /** From `--no-compress`: true without it. */
  readonly compress?: boolean | undefined
  readonly compressOutput?: boolean | undefined
  readonly splitFiles?: boolean | undefined
  readonly vpack?: boolean | undefined
  readonly dumpVpack?: boolean | undefined
  readonly dumpData?: boolean | undefined
}

/** How the directory is written. */
export function targetOptionsOf(
  { signal }: CommandContext,
  flags: FormFlags,
): DirectoryTargetOptions {
  const { format, envelope, compress = true, compressOutput = true } = flags
  return {
    format,
    envelope,
    gzip: compress && compressOutput,
    splitBytes: flags.splitFiles === true ? SPLIT_BYTES : undefined,
    vpack: isVelocyPack(flags),
    structureOnly: flags.dumpData === false,
    overwrite: flags.overwrite,
    continues: flags.continue,
    signal,
  }
}

function isVelocyPack({ vpack, dumpVpack = false }: FormFlags): boolean {
  return vpack ?? dumpVpack
}

/**
 * Checks what a directory is to be of.
 *
 * @throws UsageError when flags do not go together
 */
export function assertFitDump(
  flags: FormFlags & SubsetFlags & { readonly maskings?: string | undefined },
): void {
  const { envelope = false, dumpData = true } = flags
  const isPacked = isVelocyPack(flags)
  const { collections, exclude } = selectionOf(flags)
  const isChosen = collections !== undefined || exclude !== undefined
  refuseFirst('dump', [
    [isPacked && envelope, 'VelocyPack data has no envelope'],
    [isPacked && flags.format === '3.8', 'arangorestore reads VelocyPack since 3.12'],
    [flags.maskings !== undefined && !dumpData, 'without documents there is nothing to mask'],
    [flags.allDatabases === true && isChosen, 'each database has other collections'],
    [flags.allDatabases === true && flags.subset !== undefined, 'ids do not tell their database'],
  ])
}

/**
 * Checks that nothing was said of files where lines go to stdout.
 *
 * @throws UsageError when it was
 */
export function assertFitLines(flags: FormFlags & TransformFlags & SubsetFlags): void {
  const files: readonly (readonly [unknown, string])[] = [
    [flags.allDatabases, '--all-databases'],
    [flags.continue, '--continue'],
    [flags.overwrite, '--overwrite'],
    [flags.format, '--format'],
    [flags.splitFiles, '--split-files'],
    [isVelocyPack(flags) || undefined, '--vpack'],
    [flags.dumpData, '--dump-data'],
    [flags.json, '--json'],
    [flags.subset, '--subset'],
  ]
  const given = files.find(([value]) => value !== undefined)
  if (given !== undefined) {
    throw new UsageError(`Cannot take ${given[1]}: lines go to stdout, and no files are written`)
  }
  if (flags.transform !== undefined) {
    const reason = 'send the lines through "tidemark pipe", which takes transforms'
    throw new UsageError(`Cannot transform what is dumped to stdout: ${reason}`)
  }
}
