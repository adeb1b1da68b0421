import { Option, type Command } from 'commander'
import { withLogFlags } from '../log-flags.js'
import { toHosts, toPort, type RunCommand } from '../options.js'
import type { ServeFlags } from './serve.js'

/** Describes `tidemark serve`. */
export function addServe(program: Command, run: RunCommand): void {
  withLogFlags(program.command('serve'))
    .description('serve a store over the replication protocol')
    .requiredOption('--store <dir>', 'the store; made when there is none')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'port; 0 takes a free one', toPort, 8529)
    .addOption(compatOption())
    .option('--tls-cert <file>', 'serve https with this certificate (PEM, with its chain)')
    .option('--tls-key <file>', 'the private key of the certificate (PEM)')
    .option('--no-auth', 'let everybody in, without a password')
    .option('--allow-sync-from <host>', SYNC_FROM_TEXT, toHosts)
    .addHelpText('after', SERVE_HELP)
    .action((flags: ServeFlags) =>
      // The server is loaded for the two commands that serve: it takes a third of a second.
      run(async (context) => (await import('./serve.js')).serveCommand(context, flags)),
    )
}

const SYNC_FROM_TEXT =
  'HOST or HOST:PORT that requests may have databases copied from, or followed (default: localhost)'

const SERVE_HELP = `
root's password comes from TIDEMARK_ROOT_PASSWORD; without it one is made at the first start and
shown once. TIDEMARK_JWT_SECRET is the secret of bearer tokens (HS256); without it one is made and kept
in the store. Further users are made over HTTP: POST /_api/user, or with any driver of ArangoDB.

With --tls-cert and --tls-key the leader speaks https alone, from TLS 1.2 on; SIGHUP reads both again.

The log of changes is kept for --log-age (90s, 30m, 12h, 7d) and up to --log-size (500mb, 4gb), and
beyond both for open batches and for followers that were heard of in the last half hour.

PUT /_api/replication/sync, make-follower and applier-start make the server connect to another one on
somebody's word, so it connects to hosts that are allowed only: to all of loopback unless
--allow-sync-from, which may be given several times, names others. A name does not allow addresses of loopback or of the link (169.254.…, fe80:…):
those have to be named themselves. IPv6 addresses stand in brackets.

Examples:
  TIDEMARK_ROOT_PASSWORD=… tidemark serve --store ./standby --allow-sync-from db.example:8529
  TIDEMARK_ROOT_PASSWORD=… tidemark serve --store ./leader --port 8529
`

function compatOption(): Option {
  return new Option('--compat <form>', 'what to answer where the documentation and servers differ')
    .choices(['documented', 'arangodb', 'arangodb-3.7'])
    .default('documented')
}
