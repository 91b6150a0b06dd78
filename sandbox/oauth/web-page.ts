import { createHash } from 'node:crypto'
import { type Html, html } from '../http/html.ts'
import type { Reply } from '../http/reply.ts'

const style = `
:root { --green: #07c160; --ink: #191919; --soft: #767676; --paper: #fff; --ground: #ededed; --line: #e5e5e5; --warn: #fa9d3b; }
@media (prefers-color-scheme: dark) {
  :root { --green: #06ad56; --ink: #e6e6e6; --soft: #9a9a9a; --paper: #1e1e1e; --ground: #111; --line: #333; }
}
* { box-sizing: border-box; margin: 0; }
body {
  min-height: 100vh; display: flex; flex-direction: column; align-items: center; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif;
}
.ribbon { width: 100%; padding: 6px 16px; text-align: center; font-size: 13px; color: #191919; background: var(--warn); }
main { width: 100%; max-width: 440px; padding: 32px 24px; }
h1 { font-size: 20px; line-height: 1.4; overflow-wrap: anywhere; }
p { margin-top: 8px; color: var(--soft); overflow-wrap: anywhere; }
ul { margin-top: 12px; padding-left: 20px; color: var(--soft); }
fieldset { margin-top: 28px; padding: 0; border: 0; }
legend { padding: 0; font-size: 14px; color: var(--soft); }
label { display: flex; align-items: center; gap: 12px; padding: 12px 0; border-bottom: 1px solid var(--line); cursor: pointer; }
label input { width: 20px; height: 20px; flex: none; accent-color: var(--green); }
label b { font-weight: 500; overflow-wrap: anywhere; }
label span { margin-left: auto; flex: none; color: var(--soft); font-size: 13px; }
button {
  display: block; width: 100%; margin-top: 12px; padding: 11px 16px; border: 0; border-radius: 8px; cursor: pointer;
  font: inherit; font-weight: 500; color: #fff; background: var(--green);
}
button.second { color: var(--ink); background: var(--ground); }
button:focus-visible { outline: 3px solid var(--green); outline-offset: 3px; }
.actions { margin-top: 32px; }
.oops { padding-top: 88px; text-align: center; text-wrap: balance; }
.oops i {
  display: inline-flex; width: 88px; height: 88px; margin-bottom: 20px; border-radius: 50%; align-items: center; justify-content: center;
  font: 600 44px/1 system-ui, sans-serif; color: #fff; background: var(--warn);
}
@media (min-width: 600px) {
  body { background: var(--ground); }
  main { margin-top: 64px; padding: 40px; background: var(--paper); border-radius: 16px; }
  .oops { padding-top: 40px; }
}
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** A page that only looks like WeChat's: a ribbon says what it is. */
export function toWebPage(page: { language: string; title: string; ribbon: string; body: Html }): Reply {
  const { language, title, ribbon, body } = page
  const { markup } = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<div class="ribbon">${ribbon}</div>
${body}
</body>
</html>
`
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'`,
    'X-Content-Type-Options': 'nosniff',
  }
  return { status: 200, contentType: 'text/html; charset=utf-8', body: markup, headers }
}
