import { verifyDirectory, type VerifyEvent, type VerifyFinding } from '../../directory/index.js'
import { formatAddress, parseAddress } from '../../replica/index.js'
import { writeJsonLine, type CommandContext } from '../context.js'
import { EXIT_CODE } from '../exit-code.js'
import { plural } from '../human.js'
import { printable } from '../printable.js'
import { createVerifyView } from '../progress/verify-view.js'
import { UsageError } from '../usage-error.js'

/** Flags of `tidemark verify`. */
export interface VerifyFlags {
  readonly json?: boolean | undefined
}

/** `tidemark verify DIR`: tells what is wrong with a dump directory. */
export async function verifyCommand(
  context: CommandContext,
  text: string,
  { json = false }: VerifyFlags,
): Promise<number> {
  const { signal, stdout, stderr } = context
  const path = readPath(text)
  const view = createVerifyView(context)
  let errors = 0
  try {
    for await (const event of verifyDirectory(path, { signal })) {
      if (event.kind === 'progress') {
        view.update(event)
        continue
      }
      view.clear()
      if (event.kind === 'finished') ({ errors } = event)
      if (json) writeJsonLine(stdout, event)
      else stdout.write(describe(event))
      if (event.kind === 'started' && !event.hasManifest) stderr.write(withoutManifest(event.path))
    }
  } finally {
    view.clear()
  }
  return errors === 0 ? EXIT_CODE.fine : EXIT_CODE.differences
}

function readPath(text: string): string {
  const address = parseAddress(text)
  if (address.kind === 'directory') return address.path
  const reason = 'it is no dump directory; "diff" compares servers and stores'
  throw new UsageError(`Cannot verify ${formatAddress(address)}: ${reason}`)
}

function describe(event: Exclude<VerifyEvent, { kind: 'progress' }>): string {
  switch (event.kind) {
    case 'started':
      return ''
    case 'finding':
      return describeFinding(event)
    case 'finished': {
      const { databases, collections, documents, errors, warnings } = event
      const what = [
        ...(databases === 1 ? [] : [plural(databases, 'database')]),
        plural(collections, 'collection'),
        plural(documents, 'document'),
      ].join(', ')
      return `${what}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n`
    }
  }
}

function describeFinding(finding: VerifyFinding): string {
  const { file, line, severity, code, message, advice } = finding
  const place = line === undefined ? file : `${file}:${line}`
  return `${printable(`${place}: ${severity}: ${message} [${code}]; ${advice}`)}\n`
}

function withoutManifest(path: string): string {
  return `note: "${printable(path)}" has no manifest, so what its files do not show by themselves is not seen\n`
}
