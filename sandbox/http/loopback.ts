import type { IncomingMessage } from 'node:http'

/**
 * Whether the caller sits on this machine. Host and Origin are looked at too: a browser page from
 * elsewhere can reach loopback, by a rebound name or by a cross-site request.
 */
export function isLoopbackCaller(message: IncomingMessage): boolean {
  const { host, origin } = message.headers
  return (
    isLoopbackName(message.socket.remoteAddress ?? '') &&
    isLoopbackUrl(`http://${host ?? ''}`) &&
    (origin === undefined || isLoopbackUrl(origin))
  )
}

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && isLoopbackName(url.hostname.replace(/^\[|\]$/g, ''))
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name)
}
