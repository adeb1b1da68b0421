import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { runInProcess } from '../../cli/support/run-in-process.js'
import { ask } from '../../server/support/ask.js'

/** Where the commands of a page are run. */
export interface ShellPlace {
  /** Takes the place of the working directory. */
  readonly directory: string
  /** URLs that the page tells of, and those that are there in their place. */
  readonly servers: ReadonlyMap<string, string>
  /** What curl sends in the place of the user of the page. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const WORD = /'([^']*)'|(\S+)/g
const RELATIVE = /^(store:|@)?\.?\/?(?=[\w.-])/

/** The blocks of a page in a language. */
export function blocksOf(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(pattern)].map(([, code = '']) => code)
}

/**
 * Runs the lines of a block as a shell would: commands of tidemark, `|` between them, `<` and `>`, and
 * curl. Each of them has to succeed.
 */
export async function runLines(block: string, place: ShellPlace): Promise<void> {
  for (const line of block.split('\n').filter((one) => one !== '')) {
    if (line.startsWith('curl ')) await runCurl(line, place)
    else await runPipe(line, place)
  }
}

/** Runs commands one after the other, each with the output of the one before. */
async function runPipe(line: string, place: ShellPlace): Promise<void> {
  let output: string | undefined
  for (const command of line.split(' | ')) {
    const { words, input, file } = readCommand(command, place)
    const given = input === undefined ? output : await readFile(input, 'utf8')
    const stdin = given === undefined ? undefined : Readable.from([Buffer.from(given)])
    const { exitCode, stdout, stderr } = await runInProcess(words, { stdin })
    assert.equal(exitCode, 0, `${command}: ${stderr}${stdout}`)
    if (file !== undefined) await writeFile(file, stdout)
    output = stdout
  }
}

interface Command {
  readonly words: readonly string[]
  readonly input: string | undefined
  readonly file: string | undefined
}

function readCommand(command: string, place: ShellPlace): Command {
  const [program, ...words] = wordsOf(command, place)
  assert.equal(program, 'tidemark', command)
  const take = (sign: string): string | undefined => {
    const index = words.indexOf(sign)
    const [, name] = index < 0 ? [] : words.splice(index, 2)
    return name === undefined ? undefined : join(place.directory, name)
  }
  const input = take('<')
  const file = take('>')
  const inPlace = words.map((word) =>
    /^(?:store:)?\.\//.test(word) ? placed(word, place.directory) : word,
  )
  return { words: inPlace, input, file }
}

function wordsOf(command: string, { servers }: ShellPlace): string[] {
  return [...command.matchAll(WORD)].map(([, quoted, plain]) => {
    let word = quoted ?? plain ?? ''
    for (const [told, there] of servers) word = word.replaceAll(told, there)
    return word
  })
}

function placed(word: string, directory: string): string {
  return word.replace(RELATIVE, `$1${directory}/`)
}

async function runCurl(line: string, place: ShellPlace): Promise<void> {
  const words = wordsOf(line, place)
  const after = (flag: string): string | undefined => {
    const index = words.indexOf(flag)
    return index < 0 ? undefined : words[index + 1]
  }
  const url = words.find((word) => word.startsWith('http')) ?? assert.fail(line)
  const file = after('--data-binary')
  const body =
    file === undefined ? after('-d') : await readFile(placed(file, place.directory).slice(1))
  const headers = { ...place.headers }
  const method = after('-X') ?? 'GET'
  const reply = await ask(url, { method, headers, ...(body === undefined ? {} : { body }) })
  assert.ok(reply.status < 300, `${line}: ${reply.status} ${reply.body.toString()}`)
}
