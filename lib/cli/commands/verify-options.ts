import type { Command } from 'commander'
import type { RunCommand } from '../options.js'
import { verifyCommand, type VerifyFlags } from './verify.js'

/** Describes `tidemark verify`. */
export function addVerify(program: Command, run: RunCommand): void {
  program
    .command('verify <dir>')
    .description('check a dump directory, and tell what is wrong with which file')
    .option('--json', 'one JSON object a finding, and one for the end')
    .addHelpText('after', VERIFY_HELP)
    .action((dir: string, flags: VerifyFlags) =>
      run((context) => verifyCommand(context, dir, flags)),
    )
}

const VERIFY_HELP = `
A dump that tidemark wrote has a manifest (tidemark.json): sizes and SHA-256 of all files, the number of
documents and the root of the revision tree of each collection are compared with it. Of every dump, the
files are read to their end: gzip, JSON or VelocyPack, keys and revisions, ends of edges, definitions.
A directory whose sub-directories are dumps of databases is checked with all of them.

Each finding is told on a line: file and line, what is wrong, what to do. Nothing of a document is told.

Exit codes: 0 nothing is wrong (there may be warnings), 3 something is, 1 failed, 2 usage,
130 interrupted.

Example:
  tidemark verify ./dump
`
