import { InvalidArgumentError, Option, type Command } from 'commander'
import type { RunCommand } from '../options.js'
import { withTransforms } from '../transform-flags.js'
import { FORMATS, type PipeFlags } from './pipe-flags.js'

/** Describes `tidemark pipe`. */
export function addPipe(program: Command, run: RunCommand): void {
  withTransforms(program.command('pipe'))
    .description('send documents from stdin to stdout, through transforms and into other formats')
    .addOption(formatOption('--in <format>', 'of stdin (default: "lines")'))
    .addOption(formatOption('--out <format>', 'of stdout (default: "lines")'))
    .option('--fields <paths>', 'columns of a table that is written, separated by commas')
    .option('--in-fields <names>', 'columns of a table that is read and has no header')
    .option('--delimiter <character>', 'between the cells of csv (default: a comma)', toDelimiter)
    .addOption(
      new Option('--types <how>', 'what cells become (default: "text")').choices(['text', 'auto']),
    )
    .option('--null <text>', 'stands for null in a table that is written (default: "null")')
    .option('--safe-formulas', "put ' before texts that spreadsheets would run")
    .option('--crlf', 'end the lines of a table as RFC 4180 says')
    .option('--deduplicate', 'of documents with the same _key keep the last')
    .option('--collection <name>', 'collection of the documents, for transforms')
    .option('--edge', 'it holds edges')
    .option('--routes <dir>', 'a file there for each collection that transforms route into')
    .addHelpText('after', PIPE_HELP)
    .action((flags: PipeFlags) =>
      run(async (context) => (await import('./pipe.js')).pipeCommand(context, flags)),
    )
}

const PIPE_HELP = `
Formats: lines (JSON, one document a line), json (one array), csv, tsv. Of lines in and lines out
without a transform no byte changes; nor does a document that a transform leaves alone.

A table begins with the names of its columns. Without --fields it has all attributes that documents
have, and nothing is written before stdin has ended. Objects and arrays become cells of JSON;
--fields name,address.city reaches inside. An attribute that a document does not have is an empty
cell, null the word null. Read with --types auto, cells without quotes become numbers, true, false
and null, and empty ones nothing; otherwise every cell becomes a text.

docs/transforms.md tells how to write a transform, and which are ready-made: filter, project, mask …

Examples:
  zcat people.data.json.gz | tidemark pipe --transform ./mask.js | gzip > masked.data.json.gz
  tidemark pipe --in csv --types auto --out lines < people.csv > people.jsonl
  tidemark pipe --out csv --fields _key,name,address.city < people.jsonl > people.csv
`

function formatOption(flags: string, text: string): Option {
  return new Option(flags, text).choices(FORMATS)
}

function toDelimiter(text: string): string {
  const character = text === '\\t' ? '\t' : text
  if (character.length === 1 && !/["\r\n\ud800-\udfff]/.test(character)) return character
  throw new InvalidArgumentError('Not one character that can stand between cells.')
}
