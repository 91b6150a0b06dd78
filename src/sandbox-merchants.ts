import { request } from 'undici'
import type { Hub } from './hub/hub.ts'
import type { NewMerchant } from './hub/merchants/merchants.ts'
import { Secret } from './secret.ts'

type SandboxMerchant = Omit<NewMerchant, 'tenantId'>

/** Registers the sandbox's merchants for those of their apps that the tenant has. */
export async function registerSandboxMerchants(
  hub: Hub,
  sandboxUrl: string,
  tenantId: number,
): Promise<void> {
  const own = (await hub.apps.list()).filter((app) => app.tenantId === tenantId).map(({ appId }) => appId)
  for (const merchant of await fetchSandboxMerchants(sandboxUrl)) {
    const apps = merchant.apps.filter((appId) => own.includes(appId))
    await hub.merchants.ensure({ ...merchant, apps, tenantId })
  }
}

async function fetchSandboxMerchants(sandboxUrl: string): Promise<SandboxMerchant[]> {
  const { statusCode, body } = await request(`${sandboxUrl}/_sandbox/merchants`, { headersTimeout: 5000 })
  const answer = await body.text()
  // One without WeChat Pay is a sandbox too.
  const listed: unknown = statusCode === 200 ? JSON.parse(answer) : []
  return Array.isArray(listed) ? listed.map(parseSandboxMerchant) : []
}

function parseSandboxMerchant(value: Record<string, unknown>): SandboxMerchant {
  const text = (name: string): string => {
    const found = value[name]
    if (typeof found === 'string') return found
    throw new Error('the sandbox lists a merchant that the hub does not understand')
  }
  return {
    mchid: text('mchid'),
    name: text('name'),
    apps: Array.isArray(value.appids) ? value.appids.map(String) : [],
    serial: text('serial'),
    privateKey: new Secret(text('privateKey')),
    apiV3Key: new Secret(text('apiV3Key')),
    publicKey: value.keyMode === 'certificate' ? null : { id: text('publicKeyId'), pem: text('publicKey') },
  }
}
