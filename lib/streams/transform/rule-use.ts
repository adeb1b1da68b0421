/** Remembers which rules of a transform have not matched anything yet. */
export class RuleUse {
  readonly #unused = new Set<string>()

  /** @param names - of all rules */
  constructor(names: Iterable<string>) {
    for (const name of names) this.#unused.add(name)
  }

  /** Names of the rules that matched nothing, in their order. */
  get unused(): readonly string[] {
    return [...this.#unused]
  }

  /** Says that a rule matched. */
  note(name: string): void {
    // Soon nothing is left to be noted, for each leaf of each document.
    if (this.#unused.size > 0) this.#unused.delete(name)
  }

  /** An action that says so each time. */
  noting<Arguments extends readonly unknown[], Result>(
    name: string,
    action: (...args: Arguments) => Result,
  ): (...args: Arguments) => Result {
    return (...args) => {
      this.note(name)
      return action(...args)
    }
  }
}
