/** Placeholder of the `sync` entry point. */
export {}
