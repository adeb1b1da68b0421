import { ReplicationError } from '../../core/index.js'

/** Bytes that should be VelocyPack are not, or hold what cannot be said in the other form. */
export class VelocyPackError extends ReplicationError {
  readonly code = 'ERR_VELOCYPACK' as const
  /** What is wrong, without the place. */
  readonly reason: string
  /** 0-based offset of the byte that was refused, in the bytes (or the stream) being read. */
  readonly offset: number

  constructor(reason: string, offset: number, options?: ErrorOptions & { action?: string }) {
    super(`Cannot ${options?.action ?? 'read VelocyPack'} at byte ${offset}: ${reason}`, options)
    this.reason = reason
    this.offset = offset
  }
}
