/** What the process says at its end. */
export const EXIT_CODE = {
  fine: 0,
  failed: 1,
  usage: 2,
  differences: 3,
  interrupted: 130,
} as const
