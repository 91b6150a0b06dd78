import { ok } from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { after, type TestContext, test } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, or another one. */
const executablePath = process.env.WEHUB_TEST_CHROMIUM ?? '/usr/bin/chromium'

export const screens = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
}

export type Screen = keyof typeof screens
export type Language = 'zh-CN' | 'en-US'

/** A test in a real browser; skipped where there is none. */
export function testInBrowser(title: string, run: (t: TestContext, browser: Browser) => Promise<void>): void {
  const reason = `no Chromium at ${executablePath}: install it, or name one in WEHUB_TEST_CHROMIUM`
  const skip = existsSync(executablePath) ? false : reason
  test(title, { skip }, async (t) => run(t, await getBrowser()))
}

let started: Promise<Browser> | undefined

/** One for all tests of a file: it starts in a second, a person's browser within it at once. */
function getBrowser(): Promise<Browser> {
  if (started === undefined) {
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']
    started = chromium.launch({ executablePath, args })
  }
  return started
}

after(async () => {
  await (await started)?.close()
})

/** A browser of a person of its own; what runs as script or breaks a page's policy is an error. */
export async function openPage(
  browser: Browser,
  screen: Screen = 'phone',
  locale: Language = 'zh-CN',
): Promise<{ page: Page; context: BrowserContext; troubles: string[] }> {
  const context = await browser.newContext({ ...screens[screen], locale })
  // Nothing outside of this machine is asked for, and an avatar has a picture all the same.
  await context.route(/^https:/, (route) => route.fulfill({ contentType: 'image/svg+xml', body: portrait }))
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('dialog', (dialog) => {
    troubles.push(`a script ran: ${dialog.message()}`)
    dialog.dismiss().catch(() => undefined)
  })
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  return { page, context, troubles }
}

/** No page is wider than its screen. With WEHUB_TEST_SCREENSHOTS each is kept there, to be looked at. */
export async function look(page: Page, name: string): Promise<void> {
  const width = await page.evaluate('document.documentElement.scrollWidth')
  ok(Number(width) <= (page.viewportSize()?.width ?? 0), `${name} is ${String(width)} wide`)
  const dir = process.env.WEHUB_TEST_SCREENSHOTS
  if (dir === undefined) return
  mkdirSync(dir, { recursive: true })
  await page.screenshot({ path: `${dir}/${name}.png` })
}

const portrait =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#8ab" d="M0 0h9v9H0z"/><circle cx="4.5" cy="4" r="2" fill="#fff"/></svg>'
