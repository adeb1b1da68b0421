/** What the threads of a pool are asked for. */
interface LoadedTask {
  /** URL of the module that exports the task by default. */
  readonly file: string
  /** What the task gets; without it, the module is only loaded. */
  readonly task?: unknown
}

interface TaskModule {
  readonly default: (task: unknown) => unknown
}

let loading: Promise<TaskModule> | undefined

/**
 * Loads the module of a pool's task, once, and runs the task.
 *
 * This is what piscina loads, and it does so with `require`. Node 20 aborts the whole process when a
 * thread is ended while it links ECMAScript modules for `require` (`IsGraphAsync must be used on an
 * instantiated module`), and a pool may be closed just after its start. So this file is CommonJS, and
 * all others come by `import()`, which may be ended at any time.
 */
module.exports = async function loadTask(message: LoadedTask): Promise<unknown> {
  loading ??= import(message.file) as Promise<TaskModule>
  const { default: run } = await loading
  return 'task' in message ? run(message.task) : undefined
}
