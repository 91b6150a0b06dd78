/** What one operation sends and what must come back. `data` was made by the harness before. */
export type Traffic = {
  /** The n-th request, ready for the wire; n never repeats for one contender. */
  request: (n: number) => string
  /** Every answer begins with it. */
  prefix: string
  /** The answers are no JSON. */
  isText?: true
  /** Throws unless this is the right answer to the n-th request. */
  check: (n: number, answer: unknown) => void
}

/** A request without a body. */
export function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: bench\r\n\r\n`
}

export function authorizedGet(path: string, key: string): string {
  return getRequest(path).replace('host: bench', `host: bench\r\nauthorization: Bearer ${key}`)
}

export function authorizedPost(path: string, key: string, json: string): string {
  return postRequest(path, json).replace('host: bench', `host: bench\r\nauthorization: Bearer ${key}`)
}

export function postRequest(path: string, json: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`
}

export function xmlPost(path: string, xml: string): string {
  return postRequest(path, xml).replace('application/json', 'text/xml')
}
