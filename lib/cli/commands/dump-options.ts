import { Option, type Command } from 'commander'
import { withDbServer, runOnServer, type DbServerFlag } from '../db-server.js'
import { switchOption, toList, withDirectoryFlags } from '../dump/dump-flags.js'
import { endpointAddress } from '../dump/endpoint-address.js'
import { toNames, type RunCommand } from '../options.js'
import { withSubset } from '../subset-flags.js'
import { withTransforms } from '../transform-flags.js'
import { dumpCommand, type DumpFlags } from './dump.js'

/** Describes `tidemark dump`. */
export function addDump(program: Command, run: RunCommand): void {
  const command = withDbServer(withDirectoryFlags(program.command('dump [source] [directory]')))
    .description('write a database into a directory that arangorestore reads')
    .option('--exclude <names>', 'not these, separated by commas', toNames)
    .option('--ignore-collection <name>', 'not this one; may be given again', toList)
    .addOption(switchOption('--overwrite', 'replace what is in the directory'))
    .addOption(switchOption('--continue', 'go on with a dump that was cut off'))
    .addOption(switchOption('--dump-data', 'write documents (default: true)'))
    .addOption(switchOption('--dump-views', 'write views (default: true)'))
    .addOption(switchOption('--parallel-dump', 'read through /_api/dump (default: true)'))
    .option('--no-parallel-dump', 'read through /_api/replication/dump alone')
    .option('--maskings <file>', 'mask documents, as the maskings file of arangodump says')
    .option('--output-directory <dir>', 'the directory, instead of its word')
  withSubset(withTransforms(withForm(command)))
    .addHelpText('after', DUMP_HELP)
    .action((source: string | undefined, directory: string | undefined, flags: GivenFlags) =>
      runOnServer(run, flags, sourcesOf(source, flags), (context) =>
        dumpCommand(context, [source, directory], flags),
      ),
    )
}

/** What is read: a flag may name it in the place of the first word. */
function sourcesOf(word: string | undefined, flags: GivenFlags): readonly string[] {
  const address = flags['server.endpoint'] === undefined ? word : endpointAddress(flags)
  return address === undefined ? [] : [address]
}

type GivenFlags = DumpFlags & DbServerFlag

/** Flags that say what files are written. */
function withForm(command: Command): Command {
  const formats = new Option('--format <version>', 'of which server (default: "3.12")')
  return command
    .addOption(formats.choices(['3.8', '3.12']))
    .addOption(switchOption('--envelope', 'each line says its type too'))
    .option('--no-compress', 'data files are not gzipped')
    .addOption(switchOption('--compress-output', 'gzip data files (default: true)'))
    .addOption(switchOption('--split-files', 'begin another data file after 64 MiB of content'))
    .addOption(switchOption('--vpack', 'data files are VelocyPack'))
    .addOption(switchOption('--dump-vpack', 'the same').hideHelp())
}

const DUMP_HELP = `
All files are made inside the directory, in .tidemark-partial, and get their names when all are there:
a directory never holds a part of a dump that looks whole. A manifest (tidemark.json) tells sizes,
hashes and counts; "tidemark verify" checks it, arangorestore passes it over.

With --continue a run goes on with one that was cut off: collections that are complete stay where the
source did not change since, as its revision trees tell, and the others are written anew. The end is
the same, byte for byte.

With --transform documents and collections are written as functions make them (docs/transforms.md);
with --subset only what edges reach from the documents that are named, and the edges between.

"-" in the place of the directory writes the documents of one collection to stdout, a line each.

Two collections are under way at one time; --threads says otherwise. Passwords come from the environment
(TIDEMARK_PASSWORD, TIDEMARK_PASSWORD_FILE), never from the command line. Switches take true or false,
as those of arangodump do; docs/arangodump.md compares the two.

Examples:
  TIDEMARK_USERNAME=root TIDEMARK_PASSWORD=… tidemark dump http://127.0.0.1:8529/_db/shop ./shop
  tidemark dump 'store:./leader#shop' ./shop --overwrite --include-system
  tidemark dump http://127.0.0.1:8529/_db/shop ./shop --continue
  tidemark dump http://127.0.0.1:8529 ./all --all-databases --include-system
  tidemark dump ./dump - --collection orders | gzip > orders.jsonl.gz
`
