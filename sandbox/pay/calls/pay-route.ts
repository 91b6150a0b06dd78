import type { SandboxRequest } from '../../http/request.ts'
import type { Merchant } from '../merchants/merchant-store.ts'

export type PayRequest = SandboxRequest & { params: Record<string, string>; merchant: Merchant }

/** One call of WeChat Pay. `answer` gives the JSON of a success, null for 204, and throws a PayError otherwise. */
export type PayRoute = {
  method: 'GET' | 'POST'
  path: string
  answer(request: PayRequest): object | null
}
