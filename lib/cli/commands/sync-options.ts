import { Option, type Command } from 'commander'
import { runOnServer, withDbServer, type DbServerFlag } from '../db-server.js'
import { withSelection, type RunCommand } from '../options.js'
import { withSubset } from '../subset-flags.js'
import { withTransforms } from '../transform-flags.js'
import type { SyncFlags } from './sync-flags.js'
import { syncCommand } from './sync.js'

/** Describes `tidemark sync`. */
export function addSync(program: Command, run: RunCommand): void {
  withSubset(withTransforms(withDbServer(withSelection(program.command('sync <source> <target>')))))
    .description('copy a database from one replica into another')
    .option('--incremental', 'move only what differs, as revision trees tell')
    .option('--dry-run', 'with --incremental: only tell what would be done')
    .option('--create-database', 'where the target is a server: make its database if need be')
    .option('--all-databases', 'every database of the source, as they are at one moment')
    .option('--delete-extra', 'with --all-databases: drop what only the target has')
    .option('--follow', 'go on with the changes of the source, until ended')
    .addOption(
      new Option('--until <when>', 'with --follow: end once nothing is left').choices([
        'caught-up',
      ]),
    )
    .addOption(
      new Option(
        '--on-gap <how>',
        'with --follow: what to do where the log does not go on (default: "fail")',
      ).choices(['fail', 'resync']),
    )
    .option('--no-parallel-dump', 'read a server through /_api/replication/dump alone')
    .option('--json', 'tell what happens as one JSON object a line')
    .addHelpText('after', SYNC_HELP)
    .action((source: string, target: string, flags: SyncFlags & DbServerFlag) =>
      runOnServer(run, flags, [source], (context) => syncCommand(context, source, target, flags)),
    )
}

const SYNC_HELP = `
The target is a store or a server. Its collections of the same name are replaced; others stay. A copy
that was interrupted leaves a store marked as unfinished: run the same command again.

With --incremental the collections of the target stay, and only documents that differ are moved; what
cannot be compared is copied as a whole, with a warning. The end is the same.

A server needs its database, or --create-database. It takes documents with their revisions where it can;
one that gives revisions of its own is compared by content from then on. It has no mark for a copy that
was interrupted, its users stay as they are, and --follow and --all-databases need a store.

With --follow the target keeps following: after the copy the changes of the source are applied as
they come, and the position in its log is saved with them. Ended at any moment and begun again, it
goes on from there without another copy. Collections that are not chosen are left alone.

With --transform documents and collections arrive as functions make them: those of a module
(./file.js), or ready-made ones. Everything is copied then, so neither with --incremental nor with
--follow, which compare the target with the source.

With --subset what is copied are the documents that edges reach from those that are named, in so many
steps, and every edge between two of them; system collections are copied whole.

With --all-databases both addresses name no database. Databases that the target lacks are made; those
that only the target has stay and are named at the end, or are dropped with --delete-extra, and with
them collections and views of the others that the source does not have. A database that fails does not
keep the others from being copied, but the exit code is 1 then. Run again after it ended early, the
command copies only what was not complete. With --follow databases are made and dropped, too, as the
log of the source tells.

Examples:
  tidemark sync ./dump 'store:./leader#shop'
  TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… \\
    tidemark sync http://127.0.0.1:8529/_db/shop 'store:./follower#shop' --exclude logs
  tidemark sync http://127.0.0.1:8529/_db/shop 'store:./follower#shop' --incremental --dry-run
  tidemark sync 'store:./leader#shop' https://db.example.org:8529/_db/shop --incremental
  tidemark sync http://127.0.0.1:8529/_db/shop 'store:./follower#shop' --follow --on-gap resync
  tidemark sync ./dump 'store:./test#shop' --transform ./mask.js --parallel 2
  tidemark sync http://127.0.0.1:8529 'store:./follower' --all-databases --incremental
  tidemark sync http://127.0.0.1:8529 'store:./follower' --all-databases --follow --on-gap resync
`
