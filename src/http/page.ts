import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { type Html, html } from './html.ts'
import type { Language } from './language.ts'
import { pageStyle } from './page-style.ts'

export type Page = { language: Language; title: string; body: Html }

/** A page of ours: no script, nothing from elsewhere but pictures, in nobody's frame, in no cache. */
export function sendPage(reply: FastifyReply, status: number, { language, title, body }: Page): FastifyReply {
  reply.headers({
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    vary: 'Accept-Language',
  })
  const lang = language === 'zh' ? 'zh-CN' : 'en'
  const page = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
${styleElement}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
  return reply.status(status).type('text/html; charset=utf-8').send(page.toString())
}

// The style holds no sign that would be escaped, so that its hash is that of what the browser sees.
const styleElement = html`<style>${pageStyle}</style>`
const styleHash = createHash('sha256').update(pageStyle).digest('base64')

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src https: http:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
