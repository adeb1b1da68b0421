import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { ENDPOINTS } from '../../../lib/server/routes.js'
import { allStatuses } from '../support/common-statuses.js'
import { describeWithShared, sharedUrl } from '../../support/shared.js'

/** Statuses and names of parameters that the documentation has of an endpoint. */
interface Documented {
  readonly statuses: number[]
  readonly parameters: string[]
}

/** A line of the documentation that says something, by its depth. */
const LINE =
  /^(?: {2}(?<path>\/_api\/\S+)| {4}(?<method>get|put|post|delete)| {8}'(?<status>\d{3})'| {16}(?<attribute>\w+)):$|^ {6}- name: (?<parameter>\w+)$/gm

function readDocumentation(): Map<string, Documented> {
  const found = new Map<string, Documented>()
  let path = ''
  let current: Documented = { statuses: [], parameters: [] }
  const text = readFileSync(sharedUrl('seeds/replication-dump-openapi.md'), 'utf8')
  for (const { groups = {} } of text.matchAll(LINE)) {
    const { path: begun, method, status, parameter, attribute } = groups
    path = begun ?? path
    if (method !== undefined) {
      current = { statuses: [], parameters: [] }
      found.set(`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`, current)
    } else if (status !== undefined) current.statuses.push(Number(status))
    else current.parameters.push(...[parameter, attribute].filter((name) => name !== undefined))
  }
  return found
}

describeWithShared('the documented protocol', () => {
  const documentation = readDocumentation()

  it('has eleven endpoints, which the leader has', () => {
    const documented = ENDPOINTS.filter(({ about }) => about.documented !== undefined)
    const names = documented.map(({ method, path }) => `${method} ${path}`)
    assert.equal(documentation.size, 11)
    assert.deepEqual(names.sort(), [...documentation.keys()].sort())
  })

  for (const [name, { statuses, parameters }] of documentation) {
    const endpoint = ENDPOINTS.find(({ method, path }) => `${method} ${path}` === name)

    it(`lists statuses and parameters of ${name} that the leader knows`, () => {
      assert.ok(endpoint)
      assert.deepEqual(endpoint.about.documented, statuses)
      const own = endpoint.about.parameters.map((parameter) => parameter.name)
      for (const parameter of parameters) assert.ok(own.includes(parameter), parameter)
    })

    it(`lists statuses of ${name} that the leader answers`, () => {
      assert.ok(endpoint)
      const answered = allStatuses(endpoint)
        .filter(({ compat }) => compat !== 'arangodb')
        .map(({ status }) => status)
      // Only a coordinator of a cluster refuses to synchronise.
      const expected = statuses.filter((status) => !name.endsWith('/sync') || status !== 501)
      for (const status of expected) assert.ok(answered.includes(status), String(status))
    })
  }
})
