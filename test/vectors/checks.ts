import { AssertionError } from 'node:assert'
import assert from 'node:assert/strict'

/** Counts what was checked, and keeps why something was not as told. */
export class Checks {
  passed = 0
  readonly failures: string[] = []

  /** Runs one check; what it throws is its failure. */
  async check(title: string, run: () => unknown): Promise<void> {
    try {
      await run()
      this.passed += 1
    } catch (error) {
      this.fail(title, error)
    }
  }

  /** Notes a failure. */
  fail(title: string, error: unknown): void {
    this.failures.push(`${title}: ${describe(error)}`)
  }

  /** Checks that two values are deeply and strictly equal. */
  equal(title: string, actual: () => unknown, expected: unknown): Promise<void> {
    return this.check(title, async () => {
      assert.deepEqual(await actual(), expected)
    })
  }

  /**
   * Checks every field of an object by the function of its name. A field without one fails: what a
   * vector tells is never passed over.
   */
  async fields(
    title: string,
    expected: Readonly<Record<string, unknown>>,
    checkers: Readonly<Record<string, (told: never) => unknown>>,
  ): Promise<void> {
    for (const [name, told] of Object.entries(expected)) {
      await this.check(`${title}, ${name}`, () => {
        const checker = checkers[name]
        assert.ok(checker !== undefined, 'no check is known for this field')
        return checker(told as never)
      })
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message } = error
  const text = error instanceof AssertionError ? message : `${error.name}: ${message}`
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text
}

const LENGTH_MAX = 400
