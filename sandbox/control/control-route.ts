export type ControlRequest = {
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, unknown>
}

/** One call of the control API: what `answer` returns, or promises, is the JSON of the reply. */
export type ControlRoute = {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  answer(request: ControlRequest): unknown
}
