import { Command, CommanderError } from 'commander'

const ADDRESSES = `
Addresses of replicas:
  http://HOST:PORT[/_db/NAME]  a server (https too)
  store:PATH[#NAME]            an embedded store
  dir:PATH or PATH             a directory that arangodump wrote
Without a name the database is _system.

Credentials come from the environment: TIDEMARK_USERNAME and TIDEMARK_PASSWORD, or TIDEMARK_JWT.
A command with two ends reads TIDEMARK_SOURCE_… and TIDEMARK_TARGET_… first; with _FILE at the end
of its name a variable tells the file that holds the secret.
`

/** Makes the program without its commands. */
export function createBaseProgram(version: string): Command {
  return new Command('tidemark')
    .description('Moves ArangoDB data as streams: serve it, copy it, check it.')
    .version(version)
    .option('--verbose', 'show where an error comes from')
    .addHelpText('after', ADDRESSES)
}

/** Tells whether commander ended with something that is no error: help or the version. */
export function isHelpShown(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0
}
