import { once } from 'node:events'
import type { Writable } from 'node:stream'

/**
 * Writes text, and waits where whoever reads it is behind: results that are many must not pile up in
 * memory.
 *
 * @throws the signal's reason
 */
export async function writeText(out: Writable, text: string, signal: AbortSignal): Promise<void> {
  if (out.write(text)) return
  try {
    await once(out, 'drain', { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
