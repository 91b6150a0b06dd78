import type { IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export type ServerAnswer = { status: number; body: string } | { failure: string }
type Call = { method: 'GET' | 'POST'; url: string; contentType?: string; body?: string }

const limitBytes = 64 * 1024

/**
 * One HTTP call to somebody's server: a connection of its own, no redirects, an end after so many ms,
 * an answer of 64 KiB at most.
 */
export async function callServer(
  { method, url, contentType, body = '' }: Call,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<ServerAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.startsWith('https:') ? requestHttps : requestHttp
  const headers = {
    'User-Agent': 'Mozilla/4.0',
    'Content-Length': Buffer.byteLength(body),
    ...(contentType !== undefined && { 'Content-Type': contentType }),
  }
  const options = { method, headers, agent: false, signal: AbortSignal.any([timeout, signal]) }
  const call = send(url, options, resolve).on('error', reject)
  call.end(body)
  try {
    const response = await promise
    const text = await readAnswer(response)
    if (text === null) return { failure: 'an answer of more than 64 KiB' }
    return { status: response.statusCode ?? 0, body: text }
  } catch (error) {
    if (signal.aborted) return { failure: 'the sandbox was stopped or reset' }
    return { failure: timeout.aborted ? 'timeout' : `no connection: ${toReason(error)}` }
  } finally {
    call.destroy()
  }
}

async function readAnswer(response: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limitBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
