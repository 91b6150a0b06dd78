import type { IncomingMessage } from 'node:http'

const limitBytes = 1024 * 1024

/** The body as text without byte-order mark; null when it is larger than 1 MiB or the caller has gone. */
export function readBody(message: IncomingMessage): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const chunks: Buffer[] = []
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > limitBytes) {
      chunks.length = 0
      message.pause()
      resolve(null)
    } else chunks.push(chunk)
  })
  message.on('end', () => resolve(toText(Buffer.concat(chunks, size))))
  message.on('error', () => resolve(null))
  message.on('close', () => resolve(null))
  return promise
}

/** Saves the reading, and with it a turn of the event loop, for calls without a body. */
export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers['content-length']
  return message.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

function toText(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
