/** Which folder may import which: the table of ARCHITECTURE.md. Longest prefix decides. */
export type ImportRule = { folder: string; may: readonly string[] }

const wiring = ['src/', 'node:', 'npm:']

export const importRules: readonly ImportRule[] = [
  { folder: 'src/hub/errors.ts', may: [] },
  { folder: 'src/secret.ts', may: ['src/sha256.ts', 'node:'] },
  { folder: 'src/sha256.ts', may: ['node:'] },
  {
    folder: 'src/config.ts',
    may: [
      'src/config-checks.ts',
      'src/database/master-keys.ts',
      'src/outbound/target-rules.ts',
      'src/secret.ts',
      'src/settings.ts',
      'node:',
    ],
  },
  { folder: 'src/config-checks.ts', may: ['node:'] },
  { folder: 'src/app.ts', may: wiring },
  {
    folder: 'src/open-hub.ts',
    may: ['src/config.ts', 'src/database/', 'src/hub/', 'src/outbound/', 'src/wechat/', 'node:'],
  },
  { folder: 'src/main.ts', may: wiring },
  { folder: 'src/welcome.ts', may: [] },
  { folder: 'src/dot-env.ts', may: [] },
  { folder: 'src/settings.ts', may: [] },
  {
    folder: 'src/master-key-rotation.ts',
    may: ['src/open-hub.ts', 'src/config.ts', 'src/database/', 'src/hub/audit/'],
  },
  { folder: 'src/sandbox-process.ts', may: ['node:'] },
  {
    folder: 'src/sandbox-apps.ts',
    may: ['src/hub/', 'src/sandbox-merchants.ts', 'src/sandbox-users.ts', 'src/secret.ts', 'npm:undici'],
  },
  { folder: 'src/sandbox-users.ts', may: ['src/hub/', 'npm:undici'] },
  { folder: 'src/sandbox-merchants.ts', may: ['src/hub/', 'src/secret.ts', 'npm:undici'] },
  {
    folder: 'src/hub/',
    may: [
      'src/hub/',
      'src/wechat/',
      'src/outbound/',
      'src/database/',
      'src/secret.ts',
      'src/sha256.ts',
      'node:',
    ],
  },
  { folder: 'src/outbound/', may: ['src/outbound/', 'src/hub/errors.ts', 'node:', 'npm:undici'] },
  {
    folder: 'src/wechat/',
    may: ['src/wechat/', 'src/hub/errors.ts', 'src/secret.ts', 'node:', 'npm:undici', 'npm:fast-xml-parser'],
  },
  { folder: 'src/database/', may: ['src/database/', 'src/secret.ts', 'node:', 'npm:kysely', 'npm:pg'] },
  {
    folder: 'src/dialects/*/',
    may: ['src/dialects/*/', 'src/hub/', 'src/http/', 'src/secret.ts', 'npm:typebox', 'npm:fastify'],
  },
  {
    folder: 'src/api/',
    may: [
      'src/api/',
      'src/hub/',
      'src/http/',
      'src/secret.ts',
      'npm:typebox',
      'npm:fastify',
      'npm:@fastify/',
    ],
  },
  {
    folder: 'src/http/',
    may: [
      'src/http/',
      'src/hub/errors.ts',
      'src/hub/observer.ts',
      'src/hub/mounts/mount.ts',
      'src/hub/messages/messages.ts',
      'src/hub/api-keys/',
      'src/hub/rate-limit.ts',
      'src/hub/refunds/refund-request.ts',
      'src/secret.ts',
      'node:',
      'npm:',
    ],
  },
  { folder: 'src/jobs/', may: ['src/jobs/', 'src/hub/'] },
  {
    folder: 'src/cli/',
    may: [
      'src/cli/',
      'src/hub/',
      'src/config.ts',
      'src/dot-env.ts',
      'src/open-hub.ts',
      'src/master-key-rotation.ts',
      'src/secret.ts',
      'node:',
    ],
  },
  { folder: 'sandbox/', may: ['sandbox/', 'node:', 'npm:'] },
]

/** Files that only those named here may use. */
export const importedOnlyBy: Record<string, readonly string[]> = {
  'src/app.ts': ['src/main.ts'],
  'src/main.ts': [],
}

/** `process` has one user per program. */
export const processUsers: readonly string[] = ['src/main.ts', 'src/cli/main.ts', 'sandbox/main.ts']
