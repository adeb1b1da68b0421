import Benchmark from 'benchmark'

/** A function that is measured: a deferred one when it gives a promise. */
export interface SuiteCase {
  readonly name: string
  readonly run: () => unknown
  /** Items that one run works on; the report counts items. Default: 1. */
  readonly items?: number
}

type Deferred = Benchmark.Deferred & { resolve(): void }

/**
 * Measures cases one after the other with the package `benchmark` and prints a line for each. Only
 * for a report: what happens on the machine meanwhile hits one case and spares another.
 *
 * @throws what a case threw
 */
export async function runSuite(name: string, cases: readonly SuiteCase[]): Promise<void> {
  const suite = new Benchmark.Suite(name)
  for (const { name: caseName, run } of cases) {
    const fn = (deferred: Deferred): void => {
      Promise.resolve(run()).then(
        () => {
          deferred.resolve()
        },
        () => suite.abort(),
      )
    }
    const isAsync = run() instanceof Promise
    suite.add(caseName, isAsync ? { defer: true, fn } : { fn: run })
  }
  await new Promise<void>((resolve, reject) => {
    suite.on('cycle', ({ target }: Benchmark.Event) => {
      const benchmark = target as unknown as Benchmark
      const items = cases.find(({ name: caseName }) => caseName === benchmark.name)?.items ?? 1
      const perSecond = Math.round(benchmark.hz * items).toLocaleString('en')
      console.log(`${name}, ${String(benchmark.name)}: ${perSecond}/s`)
    })
    suite.on('error', ({ target }: Benchmark.Event) => {
      reject((target as unknown as { readonly error: Error }).error)
    })
    suite.on('abort', () => {
      reject(new Error(`Cannot measure ${name}: a case failed`))
    })
    suite.on('complete', () => {
      resolve()
    })
    suite.run({ async: true })
  })
}
