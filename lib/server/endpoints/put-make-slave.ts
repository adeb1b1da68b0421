import type { Endpoint } from '../endpoint.js'
import { defineMakeFollower } from './put-make-follower.js'

/** `PUT /_api/replication/make-slave`: the name that `make-follower` had before 3.8. */
export const putMakeSlave: Endpoint = defineMakeFollower('make-slave')
