import { formatExactJson } from '../../streams/index.js'
import { formatTick, type Tick } from '../../values/index.js'
import type { JsonObject } from '../../wire/index.js'
import type { DirectoryDatabase } from './directory-target.js'
import type { WrittenForm } from './written-form.js'

const SYSTEM_DATABASE = '_system'

/** What `dump.json` tells. */
export interface MetadataContent {
  readonly database: DirectoryDatabase
  readonly tick: Tick | undefined
  readonly createdAt: Date
  readonly form: WrittenForm
}

/**
 * Makes the text of `dump.json` with the attributes and their order of the format's arangodump
 * (client notes, 4.1). A tick that nobody knows is left out.
 */
export function formatMetadata({ database, tick, createdAt, form }: MetadataContent): string {
  const isNew = form.format === '3.12'
  return formatExactJson({
    database: database.name,
    ...(isNew ? { createdAt: formatTime(createdAt) } : {}),
    ...(tick === undefined ? {} : { lastTickAtDumpStart: formatTick(tick) }),
    useEnvelope: form.envelope,
    ...(isNew ? { useVPack: form.vpack } : {}),
    properties: database.properties ?? propertiesOf(database.name),
  })
}

/** Whole seconds, UTC. */
function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}

function propertiesOf(name: string): JsonObject {
  return { name, isSystem: name === SYSTEM_DATABASE }
}
