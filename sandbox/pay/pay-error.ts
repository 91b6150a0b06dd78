export type PayErrorDetail = Record<string, unknown>

/** A refusal of WeChat Pay. The sub-code goes into the last group of Request-Id. */
export class PayError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: PayErrorDetail | undefined
  readonly subCode: number

  constructor(
    status: number,
    code: string,
    message: string,
    { detail, subCode = 268_435_461 }: { detail?: PayErrorDetail; subCode?: number } = {},
  ) {
    super(message)
    this.name = 'PayError'
    this.status = status
    this.code = code
    this.detail = detail
    this.subCode = subCode
  }
}

/** `location` is where the value came from; null when it is no single field. */
export function paramError(
  message: string,
  detail?: { location: 'body' | 'query' | 'uri_template' | null; value: unknown },
  subCode?: number,
): PayError {
  const options = { ...(detail && { detail }), ...(subCode !== undefined && { subCode }) }
  return new PayError(400, 'PARAM_ERROR', message, options)
}

export function invalidRequest(message: string, subCode?: number): PayError {
  return new PayError(400, 'INVALID_REQUEST', message, subCode === undefined ? {} : { subCode })
}
