import { Option, type Command } from 'commander'
import { switchOption, toList, withDirectoryFlags } from '../dump/dump-flags.js'
import { toReplicationFactor, toSharding } from '../dump/sharding.js'
import { toNames, type RunCommand } from '../options.js'
import { withSubset } from '../subset-flags.js'
import { withTransforms } from '../transform-flags.js'
import { restoreCommand, type RestoreFlags } from './restore.js'

/** Describes `tidemark restore`. */
export function addRestore(program: Command, run: RunCommand): void {
  const command = withSharding(withDirectoryFlags(program.command('restore [directory] [target]')))
    .description('put a dump directory into a store or a server')
    .option('--view <name>', 'only this view; may be given again', toList)
    .option('--exclude <names>', 'not these, separated by commas', toNames)
    .addOption(switchOption('--overwrite', 'replace collections that are there (default: true)'))
    .addOption(switchOption('--create-database', 'make the database of a server if need be'))
    .addOption(switchOption('--create-collection', 'make collections and views (default: true)'))
    .addOption(switchOption('--import-data', 'put documents into them (default: true)'))
    .addOption(switchOption('--continue', 'move only what the target lacks, or has otherwise'))
    .addOption(switchOption('--cleanup-duplicate-attributes', 'the first value of each counts'))
    .addOption(switchOption('--force-same-database', 'refuse a dump of another database'))
    .option('--input-directory <dir>', 'the directory, instead of its word')
  withSubset(withTransforms(command))
    .addHelpText('after', RESTORE_HELP)
    .action((directory: string | undefined, target: string | undefined, flags: RestoreFlags) =>
      run((context) => restoreCommand(context, [directory, target], flags)),
    )
}

function withSharding(command: Command): Command {
  const shards = new Option('--number-of-shards <n>', 'in a cluster: N or COLLECTION=N, again')
  const factor = new Option('--replication-factor <n>', 'the same; N may be "satellite"')
  const concern = new Option('--write-concern <n>', 'the same')
  return command
    .addOption(shards.argParser(toSharding))
    .addOption(factor.argParser(toReplicationFactor))
    .addOption(concern.argParser(toSharding))
}

const RESTORE_HELP = `
Collections are made and filled in the order of arangorestore: analyzers before views, users last. Those
of the same name are replaced; others stay. The directory is only read.

With --continue the collections of the target stay, and only documents that differ are moved: after a
run that was cut off, or into a database that has most of it. The end is the same.

With --transform documents and collections arrive as functions make them (docs/transforms.md); with
--subset only what edges reach from the documents that are named, and the edges between.

Two collections at a time go into a server, one into a store; --threads says otherwise. Passwords come
from the environment (TIDEMARK_PASSWORD, TIDEMARK_PASSWORD_FILE), never from the command line. Switches
take true or false, as those of arangorestore do; docs/arangodump.md compares the two.

Examples:
  tidemark restore ./dump 'store:./copy#shop'
  TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \\
    tidemark restore ./dump http://127.0.0.1:8529/_db/shop --create-database
  tidemark restore ./dump 'store:./copy#shop' --continue
  tidemark restore ./dump http://127.0.0.1:8529/_db/shop --collection orders --overwrite false
  tidemark restore ./all http://127.0.0.1:8529 --all-databases --include-system
`
