import { examineServer } from '../../remote/index.js'
import { formatAddress, parseAddress, type RemoteAddress } from '../../replica/index.js'
import type { CommandContext } from '../context.js'
import { readCredentials } from '../credentials.js'
import { formatExamination } from '../doctor-report.js'
import { EXIT_CODE } from '../exit-code.js'
import { noticeLine } from '../printable.js'
import { UsageError } from '../usage-error.js'

/** Flags of `tidemark doctor`. */
export interface DoctorFlags {
  readonly json?: boolean | undefined
}

/** `tidemark doctor URL`: tells what a server is, and what of tidemark works with it. */
export async function doctorCommand(
  { environment, dbServer, signal, stdout, stderr }: CommandContext,
  url: string,
  { json = false }: DoctorFlags,
): Promise<number> {
  const address = parseServer(url)
  const examination = await examineServer(address, {
    ...readCredentials(environment, 'only'),
    dbServer,
    signal,
    onNotice: (notice) => stderr.write(noticeLine(notice)),
  })
  stdout.write(json ? toJsonLine(examination) : formatExamination(examination))
  return EXIT_CODE.fine
}

function parseServer(url: string): RemoteAddress {
  const address = parseAddress(url)
  if (address.kind === 'remote') return address
  const wanted = 'it is no server, http://HOST:PORT[/_db/NAME]'
  throw new UsageError(`Cannot examine ${formatAddress(address)}: ${wanted}`)
}

/** What is not known is null: every attribute is always there. */
function toJsonLine(examination: object): string {
  const text = JSON.stringify(examination, (_name, value: unknown) => value ?? null)
  return `${text}\n`
}
