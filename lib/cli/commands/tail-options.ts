import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseTick } from '../../values/index.js'
import { runOnServer, withDbServer, type DbServerFlag } from '../db-server.js'
import { withSelection, type RunCommand } from '../options.js'
import { withTransforms } from '../transform-flags.js'
import { tailCommand, type TailFlags } from './tail.js'

/** Describes `tidemark tail`. */
export function addTail(program: Command, run: RunCommand): void {
  withTransforms(withDbServer(withSelection(program.command('tail <source>'))))
    .description('write the changes of a database to stdout, one JSON object a line')
    .option('--from <place>', 'a tick, "start" or "now" (default: "start")', toPlace)
    .option('--follow', 'go on with what comes, until ended')
    .option('--checkpoint <file>', 'keep there how far it came, and go on from there')
    .addOption(new Option('--events', 'one object a change (the default)').conflicts('raw'))
    .option('--raw', 'the lines of the log as the leader sent them')
    .option('--transactions', 'one line for each transaction, with all its changes')
    .option('--all-databases', 'of all databases; the source must be _system')
    .addHelpText('after', TAIL_HELP)
    .action((source: string, flags: TailFlags & DbServerFlag) =>
      runOnServer(run, flags, [source], (context) => tailCommand(context, source, flags)),
    )
}

const TAIL_HELP = `
Changes come once they are committed, those of one transaction together and in order; of a
transaction that was aborted nothing comes. --raw has every line, begin and commit too, unless
--transactions asks for whole transactions.

Without --follow the command ends when nothing is left. With --checkpoint it goes on behind what was
written to stdout before; --from counts only as long as the file is not there. What was written, but
not saved before a crash, comes again with the same id.

With --transform the documents that are told are those that functions make: none or several may come
of one, with its tick. Removals keep their key unless functions give another one. Collections have the
names that they are given;
--collections and --exclude are about the names at the source.

Examples:
  tidemark tail http://127.0.0.1:8529/_db/shop --follow --from now
  tidemark tail 'store:./follower#shop' --collections orders --checkpoint orders.position
`

function toPlace(text: string): TailFlags['from'] {
  if (text === 'start' || text === 'now') return text
  try {
    return parseTick(text)
  } catch {
    throw new InvalidArgumentError('Not a tick (a whole number), "start" or "now".')
  }
}
