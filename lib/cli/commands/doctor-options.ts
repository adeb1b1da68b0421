import type { Command } from 'commander'
import { runOnServer, withDbServer, type DbServerFlag } from '../db-server.js'
import type { RunCommand } from '../options.js'
import { doctorCommand, type DoctorFlags } from './doctor.js'

const HELP = `
Asks some thirty questions, each of which may take ten seconds, and changes nothing: a batch and a
parallel dump are opened and deleted again. The exit code is 0 whatever works and whatever does not; it
is 1 when there is no server, when it is neither ArangoDB nor tidemark, or when it refuses the
credentials. With --json what is not known is null.

Examples:
  tidemark doctor http://127.0.0.1:8529/_db/shop
  tidemark doctor https://db.example:8529 --json
`

/** Adds the command that examines a server. */
export function addDoctor(program: Command, run: RunCommand): void {
  withDbServer(program.command('doctor <url>'))
    .description('tell what a server is, and what of tidemark works with it')
    .option('--json', 'one JSON object')
    .addHelpText('after', HELP)
    .action((url: string, flags: DoctorFlags & DbServerFlag) =>
      runOnServer(run, flags, [url], (context) => doctorCommand(context, url, flags)),
    )
}
