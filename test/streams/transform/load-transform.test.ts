import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import {
  loadTransform,
  READY_MADE,
  resolveTransforms,
  type DocumentTransform,
  type TransformSetup,
} from '../../../lib/streams/transform/index.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

const CONTEXT = {} as never

describe('loadTransform()', () => {
  const directory = useTemporaryDirectory()

  /** Loads a module of the given text, by a path that begins in the directory. */
  async function load(text: string, name = './t.mjs'): Promise<DocumentTransform> {
    await writeFile(directory.at(name), text)
    return loadTransform(name, setup())
  }

  function setup(): TransformSetup {
    return { cwd: directory.at('.'), environment: {} }
  }

  const modules: [string, string, string][] = [
    ['an object', './t.mjs', 'export default { document: (d) => ({ ...d, x: 1 }) }'],
    ['a function', 't.mjs', 'export default (d) => ({ ...d, x: 1 })'],
    ['CommonJS', './t.cjs', 'module.exports = { document: (d) => ({ ...d, x: 1 }) }'],
    [
      'CommonJS that was compiled',
      't.cjs',
      'exports.__esModule = true; exports.default = { document: (d) => ({ ...d, x: 1 }) }',
    ],
    [
      'an object of a class',
      './t.mjs',
      'class T { #x = 1; document(d) { return { ...d, x: this.#x } } }; export default new T()',
    ],
  ]
  for (const [title, name, text] of modules) {
    it(`takes ${title} of ${name}`, async () => {
      const transform = await load(text, name)
      assert.deepEqual(transform.document?.({ _key: 'a' }, CONTEXT), { _key: 'a', x: 1 })
      assert.equal(transform.name, name.replace('./', ''))
    })
  }

  it('takes an absolute path, and a file: URL', async () => {
    await writeFile(
      directory.at('t.mjs'),
      'export default { collection: () => false, name: "own" }',
    )
    const path = directory.at('t.mjs')
    for (const spec of [path, pathToFileURL(path).href]) {
      const transform = await loadTransform(spec, setup())
      assert.deepEqual([transform.name, transform.collection?.(CONTEXT)], ['own', false])
    }
  })

  it('keeps what else a module says of its transform', async () => {
    const text =
      'export default { document: (d) => d, line: () => true, isStateful: true, isReadOnly: true }'
    const transform = await load(text)
    assert.deepEqual([transform.isStateful, transform.isReadOnly], [true, true])
    assert.equal(transform.line?.(CONTEXT, CONTEXT), true)
  })

  const refused: [string, string, RegExp][] = [
    ['no default export', 'export const document = 1', /its module has no default export$/],
    ['a text', 'export default "text"', /its default export is neither an object nor a function$/],
    ['null', 'export default null', /its default export is neither an object nor a function$/],
    ['nothing to call', 'export default { documents() {} }', /neither document\(\) nor collection/],
    ['no function', 'export default { document: 5 }', /its "document" is not a function$/],
    ['what throws', 'throw new RangeError("on purpose")', /: RangeError: on purpose$/],
    ['what throws no Error', 'throw 5', /: its module threw something that is no Error$/],
    ['what is no JavaScript', 'export default {', /: SyntaxError: .*node --check FILE/],
    ['what misses a module', 'import "./missing.mjs"', /: Error: Cannot find module/],
  ]
  for (const [title, text, reason] of refused) {
    it(`refuses a module with ${title}`, async () => {
      await assert.rejects(load(text), (error: Error & { code?: unknown; transform?: unknown }) => {
        assert.match(error.message, /^Cannot load the transform ".\/t.mjs": /)
        assert.match(error.message, reason)
        assert.deepEqual([error.code, error.transform], ['ERR_TRANSFORM_SETUP', './t.mjs'])
        return true
      })
    })
  }

  it('says so when there is no such file', async () => {
    await assert.rejects(loadTransform('file://host/t.mjs', setup()), {
      message: 'Cannot load the transform "file://host/t.mjs": it is no URL of a file here',
    })
    await assert.rejects(loadTransform('../no/such.js', setup()), {
      message: 'Cannot load the transform "../no/such.js": there is no such file',
    })
  })

  it('loads TypeScript where Node can, and says what to do where it cannot', async () => {
    const loading = load('export default (d: object): object => ({ ...d, x: 1 })', './t.ts')
    const { typescript } = process.features as { readonly typescript?: unknown }
    if (typescript === undefined || typescript === false) {
      await assert.rejects(loading, /does not run TypeScript; compile it .* or use Node 22.18/)
    } else {
      const transform = await loading
      assert.deepEqual(transform.document?.({}, CONTEXT), { x: 1 })
    }
  })

  it('finds those that are ready-made, with what stands behind the first colon', async () => {
    const made: string[] = []
    const registry = READY_MADE as Record<string, (typeof READY_MADE)[string]>
    registry['for-test'] = {
      about: 'nothing',
      create: (argument, { cwd }) => {
        made.push(argument, cwd)
        return { document: (document) => document }
      },
    }
    try {
      const specs = ['for-test', 'for-test:', 'for-test:a:b.js']
      const transforms = await resolveTransforms(specs, { cwd: '/x', environment: {} })
      assert.deepEqual(made, ['', '/x', '', '/x', 'a:b.js', '/x'])
      assert.deepEqual(
        transforms.map(({ name }) => name),
        ['for-test', 'for-test', 'for-test'],
      )
    } finally {
      Reflect.deleteProperty(registry, 'for-test')
    }
  })

  it('names those that there are when there is none of a name', async () => {
    for (const spec of ['no-such', 'no-such:x', 'toString', '__proto__']) {
      await assert.rejects(loadTransform(spec, setup()), {
        code: 'ERR_TRANSFORM_SETUP',
        message:
          /^Cannot find the transform ".*": it is neither a module \(.\/file.js\) nor one of: /,
      })
    }
  })
})
