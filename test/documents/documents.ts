import { globSync, readFileSync } from 'node:fs'

export type Fence = { file: string; code: string }

/** Every document of the project, in both languages. */
export function listDocuments(): string[] {
  return globSync(['*.md', 'docs/**/*.md', '{src,sandbox,test,bench}/**/README.md'])
    .filter((file) => !file.includes('node_modules'))
    .sort()
}

export function readDocument(file: string): string {
  return readFileSync(file, 'utf8')
}

/** The shell examples of a document, in order. */
export function listShellFences(file: string): Fence[] {
  const fences = readDocument(file).matchAll(/^```sh\n([\s\S]*?)^```$/gm)
  return [...fences].map(([, code = '']) => ({ file, code }))
}
