/** What the operating system says, in the words of a reason. */
export function describeSystemError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'it does not exist'
    case 'ENOTDIR':
      return 'it is not a directory'
    case 'EACCES':
    case 'EPERM':
      return 'this user has no permission to read it'
    default:
      return message
  }
}

/** What went wrong while a file was read that may be gzipped, in the words of a reason. */
export function describeReadError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'Z_BUF_ERROR':
      return 'its gzip data ends early'
    case 'Z_DATA_ERROR':
      return `its gzip data is damaged (${message})`
    default:
      return describeSystemError(error)
  }
}
