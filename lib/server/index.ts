/** Placeholder of the `server` entry point. */
export {}
