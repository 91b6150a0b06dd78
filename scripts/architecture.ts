import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { importedOnlyBy, importRules, processUsers } from './import-rules.ts'

/** Reads the real import paths of src/ and sandbox/ and prints those that break the rules. */
export function findBreaches(files: readonly string[], read: (file: string) => string): string[] {
  return files.flatMap((file) => {
    const code = read(file)
    const imports = findImports(code).map((specifier) => resolveImport(file, specifier))
    const breaches = imports
      .filter((target) => !isAllowed(file, target))
      .map((target) => `${file} must not import ${target}`)
    const usesProcess =
      /(?<![\w.'/:-])process\.(?!off)/.test(withoutComments(code)) && !processUsers.includes(file)
    return usesProcess ? [...breaches, `${file} must not use process`] : breaches
  })
}

export function listSources(): string[] {
  return globSync(['src/**/*.ts', 'sandbox/**/*.ts'])
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
}

/** Circles between the concept folders of src/hub: imports between them go one way. */
export function findCircles(files: readonly string[], read: (file: string) => string): string[] {
  const edges = new Map<string, Set<string>>()
  for (const file of files.filter((one) => one.startsWith('src/hub/'))) {
    const targets = findImports(read(file)).map((specifier) => conceptOf(resolveImport(file, specifier)))
    const from = conceptOf(file)
    const known = edges.get(from) ?? new Set()
    for (const target of targets) if (target !== '' && target !== from) known.add(target)
    edges.set(from, known)
  }
  return [...edges.keys()].filter((start) => start !== '' && reaches(edges, start, start))
}

function reaches(
  edges: Map<string, Set<string>>,
  from: string,
  goal: string,
  seen = new Set<string>(),
): boolean {
  for (const next of edges.get(from) ?? []) {
    if (next === goal) return true
    if (seen.has(next)) continue
    seen.add(next)
    if (reaches(edges, next, goal, seen)) return true
  }
  return false
}

/** `src/hub/users/…` → `users`; files directly in src/hub and all others → ``. */
function conceptOf(file: string): string {
  return /^src\/hub\/([\w-]+)\//.exec(file)?.[1] ?? ''
}

function findImports(code: string): string[] {
  const found = withoutComments(code).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, specifier]) => specifier ?? '')
}

function resolveImport(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  if (specifier.startsWith('node:')) return specifier
  return builtinModules.includes(specifier) ? `node:${specifier}` : `npm:${specifier}`
}

function isAllowed(file: string, target: string): boolean {
  const onlyBy = importedOnlyBy[target]
  if (onlyBy !== undefined && !onlyBy.some((user) => file.startsWith(user))) return false
  const rule = importRules
    .filter(({ folder }) => toPattern(folder, file) !== null)
    .sort((a, b) => b.folder.length - a.folder.length)[0]
  if (rule === undefined) return false
  return rule.may.some((allowed) => target.startsWith(toPattern(rule.folder, file, allowed) ?? allowed))
}

/** Fills the `*` of a folder with the name that the file has there; null if the file is elsewhere. */
function toPattern(folder: string, file: string, text: string = folder): string | null {
  const [before = '', after] = folder.split('*')
  if (after === undefined) return file.startsWith(folder) ? text : null
  const name = file.startsWith(before) ? file.slice(before.length).split('/')[0] : undefined
  return name === undefined ? null : text.replace('*', name)
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

if (import.meta.main) {
  const files = listSources()
  const read = (file: string) => readFileSync(file, 'utf8')
  const breaches = [
    ...findBreaches(files, read),
    ...findCircles(files, read).map((one) => `src/hub/${one} is in a circle`),
  ]
  if (files.length < 50) breaches.push(`only ${files.length} files were seen`)
  for (const breach of breaches) process.stderr.write(`${breach}\n`)
  process.exit(breaches.length === 0 ? 0 : 1)
}
