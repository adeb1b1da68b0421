import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What a child says next; it fails when the child ends instead. */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController()
  const { signal } = settled
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('Cannot measure: a process has ended')
  })
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as unknown[]
    return answer
  } finally {
    ended.catch(() => undefined)
    settled.abort()
  }
}

/** Lets a child go and waits for its end. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exited
}
