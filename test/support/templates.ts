/** Where the run's PostgreSQL is, and a migrated database of each engine to make copies of. */
export type Templates = { server: string; postgresName: string; sqliteDir: string }

const setting = 'WEHUB_TEST_TEMPLATES'

/** What the run made at its beginning, for the processes of its test files. */
export function readTemplates(): Templates {
  const text = process.env[setting]
  if (text === undefined) throw new Error('run the tests with: npm test')
  return JSON.parse(text) as Templates
}

export function announceTemplates(templates: Templates): void {
  process.env[setting] = JSON.stringify(templates)
}
