import { fileURLToPath } from 'node:url'

/** The program. */
export const MAIN: string = fileURLToPath(new URL('../../../lib/cli/main.js', import.meta.url))
