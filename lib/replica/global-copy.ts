/** A copy of all databases on its way. */
export interface GlobalCopy {
  /** Id of the server or store that it comes from, decimal. */
  readonly serverId: string
  /** Names of the databases that are complete, as of the snapshot that they were copied from. */
  readonly complete: readonly string[]
}

/** Something that a replica may have. */
export interface ReplicaThing {
  readonly database: string
  /** The whole database, or one of its collections or views. */
  readonly what: 'database' | 'collection' | 'view'
  readonly name: string
}
