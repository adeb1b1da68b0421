// The compiler writes plain files; what package.json names under "bin" must be a program.
import { existsSync } from 'node:fs'
import { chmod, readFile } from 'node:fs/promises'

const root = new URL('../', import.meta.url)
const manifest = await readFile(new URL('package.json', root), 'utf8')
const { bin } = /** @type {{ bin: Record<string, string> }} */ (JSON.parse(manifest))

for (const path of Object.values(bin)) {
  const file = new URL(path, root)
  // A program that was not built is for the check of the package to tell.
  if (existsSync(file)) await chmod(file, 0o755)
}
