/**
 * Sends batches, several at a time. A batch with a key that is in flight waits until that was answered,
 * so that what was written to a key last stays. After a failure nothing more is sent, and those in
 * flight are waited for.
 *
 * @param batches - asked for one only when it can be sent, but for its keys
 * @param inFlightMax - batches that may be in flight at one time
 * @returns what `send` gave, in the order of the batches
 * @throws what the first `send` to fail threw
 */
export async function sendInOrder<Batch extends { readonly keys: readonly string[] }, Result>(
  batches: Iterable<Batch>,
  send: (batch: Batch) => Promise<Result>,
  inFlightMax: number,
): Promise<Result[]> {
  const results: Result[] = []
  const failures: unknown[] = []
  const pending = new Set<Promise<void>>()
  const keysInFlight = new Set<string>()
  const start = async (batch: Batch, index: number): Promise<void> => {
    for (const key of batch.keys) keysInFlight.add(key)
    try {
      results[index] = await send(batch)
    } catch (error) {
      failures.push(error)
    }
    for (const key of batch.keys) keysInFlight.delete(key)
  }
  let count = 0
  try {
    for (const batch of batches) {
      while (pending.size >= inFlightMax || batch.keys.some((key) => keysInFlight.has(key))) {
        await Promise.race(pending)
      }
      if (failures.length > 0) break
      const sent: Promise<void> = start(batch, count).then(() => {
        pending.delete(sent)
      })
      count += 1
      pending.add(sent)
    }
  } finally {
    await Promise.all(pending)
  }
  if (failures.length > 0) throw failures[0]
  return results
}
