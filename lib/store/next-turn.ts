/** Lets everything else that waits have its turn: long work calls it between slices. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
