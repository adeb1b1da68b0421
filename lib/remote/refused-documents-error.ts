import { RemoteError, type Refusal, type RemoteTask } from './remote-error.js'

/** A document that a server refused. */
export interface RefusedDocument extends Omit<Refusal, 'status'> {
  readonly key: string
}

/** The server refused single documents; the others of the request are written. */
export class RemoteRefusedError extends RemoteError {
  readonly code = 'ERR_REMOTE_REFUSED' as const
  /** The server's number for the first one. */
  readonly errorNum: number
  /** Documents that it refused of those that were sent together. */
  readonly count: number

  constructor(task: RemoteTask, first: RefusedDocument, count: number) {
    const { key, errorNum, errorMessage } = first
    const words = errorMessage === '' ? '' : `: ${errorMessage}`
    const many = count === 1 ? 'the document' : `${count} documents, the first of them`
    super(task, `the server refused ${many} with key "${key}", error ${errorNum}${words}`)
    this.errorNum = errorNum
    this.count = count
  }
}
