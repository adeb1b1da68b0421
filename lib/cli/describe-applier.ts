import type { ApplierEvent } from '../server/index.js'
import { printable } from './printable.js'

/** The line that tells whoever runs a server of a background follower; nothing secret is in it. */
export function applierLine({ kind, database, endpoint, failure }: ApplierEvent): string {
  const whose = database === undefined ? 'all databases' : `database "${database}"`
  const what = `following ${endpoint} into ${whose}`
  if (failure === undefined) return `${printable(what)}: ${kind}\n`
  const { errorNum, message } = failure
  return `warning: ${printable(`${what}: failed with ${errorNum}: ${message}`)}\n`
}
