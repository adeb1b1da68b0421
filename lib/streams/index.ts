/** Placeholder of the `streams` entry point. */
export {}
