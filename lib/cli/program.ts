import { Option, type Command } from 'commander'
import { createBaseProgram } from './base-program.js'
import { applyCommand, type ApplyFlags } from './commands/apply.js'
import { checksumCommand, type ChecksumFlags } from './commands/checksum.js'
import type { DemoFlags } from './commands/demo.js'
import { diffCommand, type DiffFlags } from './commands/diff.js'
import { addDoctor } from './commands/doctor-options.js'
import { addDump } from './commands/dump-options.js'
import { inventoryCommand, type InventoryFlags } from './commands/inventory.js'
import { addPipe } from './commands/pipe-options.js'
import { addRestore } from './commands/restore-options.js'
import { addServe } from './commands/serve-options.js'
import { OUTPUT_FORMS, treeCommand, type TreeFlags } from './commands/tree.js'
import { addSync } from './commands/sync-options.js'
import { addTail } from './commands/tail-options.js'
import { addVerify } from './commands/verify-options.js'
import { runOnServer, withDbServer, type DbServerFlag } from './db-server.js'
import { toCount, toLimit, toPaths, withSelection, type RunCommand } from './options.js'

/** Describes the command line. Every command is run by `run`. */
export function createProgram(version: string, run: RunCommand): Command {
  const program = createBaseProgram(version)
  addServe(program, run)
  addSync(program, run)
  addDump(program, run)
  addRestore(program, run)
  addTail(program, run)
  addPipe(program, run)
  addDiff(program, run)
  addApply(program, run)
  addInventory(program, run)
  addChecksum(program, run)
  addTree(program, run)
  addVerify(program, run)
  addDoctor(program, run)
  addDemo(program, run)
  return program
}

function addApply(program: Command, run: RunCommand): void {
  program
    .command('apply <file> <target>')
    .description('apply a patch that "diff --write-patch" wrote to a store')
    .option('--json', 'tell what happens as one JSON object a line')
    .addHelpText('after', APPLY_HELP)
    .action((file: string, target: string, flags: ApplyFlags) =>
      run((context) => applyCommand(context, file, target, flags)),
    )
}

const APPLY_HELP = `
All lines of the patch are looked at before the store is touched. A patch that was interrupted leaves
the store marked as unfinished: run the same command again. Applied twice it does the same as once.

Example:
  tidemark diff ./dump 'store:./follower#shop' --write-patch shop.patch
  tidemark apply shop.patch 'store:./follower#shop'
`

function addInventory(program: Command, run: RunCommand): void {
  withDbServer(program.command('inventory <replica>'))
    .description('list the collections and views of a replica')
    .option('--include-system', 'also collections whose name begins with _')
    .option('--all-databases', 'of every database, as they are at one moment')
    .option('--json', 'one JSON object a collection or view')
    .addHelpText('after', `\nExample:\n  tidemark inventory ./dump\n`)
    .action((replica: string, flags: InventoryFlags & DbServerFlag) =>
      runOnServer(run, flags, [replica], (context) => inventoryCommand(context, replica, flags)),
    )
}

function addChecksum(program: Command, run: RunCommand): void {
  withDbServer(withSelection(program.command('checksum <replica>')))
    .description('count and hash the documents of each collection, whatever their order')
    .option('--workers <number>', 'threads that hash; 0 for none', toCount)
    .option('--json', 'one JSON object a collection')
    .addHelpText('after', CHECKSUM_HELP)
    .action((replica: string, flags: ChecksumFlags & DbServerFlag) =>
      runOnServer(run, flags, [replica], (context) => checksumCommand(context, replica, flags)),
    )
}

const CHECKSUM_HELP = `
Two replicas hold the same documents when counts and contents are equal, and the same revisions of
them when the revisions are equal too.

Example:
  tidemark checksum 'store:./follower#shop' --json
`

function addTree(program: Command, run: RunCommand): void {
  const forms = new Option('--form <form>', 'how --out writes it (default: "current")')
  withDbServer(program.command('tree <replica> [collections...]'))
    .description('build the revision tree of each collection, or of those that are named')
    .option('--include-system', 'also collections whose name begins with _')
    .option('--workers <number>', 'threads that read and hash; 0 for none', toCount)
    .option('--json', 'one JSON object a collection')
    .option('--out <file>', 'write the tree of the one collection that is named')
    .addOption(forms.choices(OUTPUT_FORMS))
    .addHelpText('after', TREE_HELP)
    .action((replica: string, names: readonly string[], flags: TreeFlags & DbServerFlag) =>
      runOnServer(run, flags, [replica], (context) => treeCommand(context, replica, names, flags)),
    )
}

const TREE_HELP = `
Two collections hold the same revisions when count and hash of their trees are equal, whatever the
ranges are. The range goes from its first revision up to the second one, which does not belong to it.
Of a dump's lines only as much is read as tells the revision; checksum reads them whole.

Examples:
  tidemark tree ./dump
  tidemark tree 'store:./follower#shop' orders --out orders.tree.json --form documented
`

function addDiff(program: Command, run: RunCommand): void {
  const methods = new Option('--by <method>', 'what to compare (default: "revision")')
  withDbServer(withSelection(program.command('diff <a> <b>')))
    .description('tell in which documents two replicas differ')
    .addOption(methods.choices(['revision', 'content']))
    .option('--ignore <names>', 'attributes that do not count, separated by commas', toPaths)
    .option('--limit <number>', 'stop after so many differences', toLimit)
    .option('--workers <number>', 'threads that build trees; 0 for none', toCount)
    .option('--json', 'one JSON object a difference')
    .option('--write-patch <file>', 'write what makes B equal A, for "apply"')
    .addHelpText('after', DIFF_HELP)
    .action((a: string, b: string, flags: DiffFlags & DbServerFlag) =>
      runOnServer(run, flags, [a, b], (context) => diffCommand(context, a, b, flags)),
    )
}

const DIFF_HELP = `
Documents are matched by collection and key. By revision, next to nothing is read of what is equal; by
content, everything is, and _rev does not count: for copies that have revisions of their own. Names
to ignore may lead inside, through arrays too: address.city,items.price,"a name with spaces".
Definitions of collections, indexes and views are not compared. Credentials of A are those of a
source, those of B the ones of a target.

Exit codes: 0 equal, 3 different, 1 failed, 2 usage, 130 interrupted.

Examples:
  tidemark diff ./dump http://127.0.0.1:8529/_db/shop
  tidemark diff 'store:./a#shop' 'store:./b#shop' --by content --ignore updatedAt --json
`

function addDemo(program: Command, run: RunCommand): void {
  program
    .command('demo')
    .description('load a sample, serve it, copy it over HTTP and compare')
    .option('--from <dir>', 'a directory that arangodump wrote, instead of the sample')
    .option('--dir <path>', 'where the two stores are made', '.tidemark/demo')
    .addHelpText('after', `\nExample:\n  tidemark demo --from ./dump\n`)
    .action((flags: DemoFlags) =>
      run(async (context) => (await import('./commands/demo.js')).demoCommand(context, flags)),
    )
}
