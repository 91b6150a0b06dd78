import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { startHub, type TestHub } from '../support/hub.ts'
import { type Language, look, openPage, type Screen, testInBrowser } from './open-browser.ts'

const index = '/boilerplate/wechat/mp/index'
const variants: [Screen, Language][] = [
  ['phone', 'zh-CN'],
  ['desktop', 'zh-CN'],
  ['phone', 'en-US'],
  ['desktop', 'en-US'],
]
/** Where the languages are alike but for their words, and the screens but for their width. */
const extremes = [variants[0], variants[3]].filter((variant) => variant !== undefined)
const words = {
  'zh-CN': { logIn: '微信登录', logOut: '退出登录', agree: '允许', refuse: '拒绝', again: '重新登录' },
  'en-US': {
    logIn: 'Log in with WeChat',
    logOut: 'Log out',
    agree: 'Allow',
    refuse: 'Refuse',
    again: 'Start again',
  },
}

async function logIn(hub: TestHub, page: Page, user = '林小满', language: Language = 'zh-CN'): Promise<void> {
  await page.goto(hub.url + index)
  await page.getByRole('link', { name: words[language].logIn }).click()
  await page.getByRole('radio', { name: user }).check()
  await page.getByRole('button', { name: words[language].agree }).click()
  await page.waitForURL(hub.url + index)
}

const heading = (page: Page) => page.getByRole('heading').innerText()

testInBrowser('logs a person in and out, on each screen and in both languages', async (t, browser) => {
  const hub = await startHub(t)
  for (const [screen, language] of variants) {
    const { page, context, troubles } = await openPage(browser, screen, language)
    const { logIn, logOut, agree } = words[language]
    const show = (name: string) => look(page, `${name}-${screen}-${language}`)
    await page.goto(hub.url + index)
    await show('1-logged-out')
    await page.getByRole('link', { name: logIn }).click()
    await page.waitForURL(/connect\/oauth2\/authorize/)
    await show('2-consent')
    await page.getByRole('radio', { name: '林小满' }).check()
    await page.getByRole('button', { name: agree }).click()
    await page.waitForURL(hub.url + index)
    equal(await heading(page), '林小满')
    await show('3-logged-in')
    await page.reload()
    equal(await heading(page), '林小满')
    await page.getByRole('button', { name: logOut }).click()
    await page.getByRole('link', { name: logIn }).waitFor()
    equal(page.url(), hub.url + index)
    const left = (await context.cookies()).map(({ name }) => name)
    ok(!left.includes('session_token'), left.join())
    deepEqual(troubles, [])
    await context.close()
  }
})

testInBrowser('tells a person who refused, and lets them think again', async (t, browser) => {
  const hub = await startHub(t)
  const { page, troubles } = await openPage(browser)
  await page.goto(hub.url + index)
  await page.getByRole('link', { name: '微信登录' }).click()
  await page.getByRole('button', { name: '拒绝' }).click()
  await page.getByRole('status').waitFor()
  await look(page, '4-refused-phone-zh-CN')
  // Back to the same consent page, whose state is not used up.
  await page.goBack()
  await page.getByRole('button', { name: '允许' }).click()
  await page.waitForURL(hub.url + index)
  equal(await heading(page), '林小满')
  deepEqual(troubles, [])
})

testInBrowser('goes back through a login without harm', async (t, browser) => {
  const hub = await startHub(t)
  const { page, troubles } = await openPage(browser)
  await logIn(hub, page)
  await page.goBack()
  await page.waitForURL(/connect\/oauth2\/authorize/)
  // The state is used up: agreeing once more gives a code that it does not take.
  await page.getByRole('button', { name: '允许' }).click()
  await page.getByRole('link', { name: '重新登录' }).waitFor()
  match(await heading(page), /登录链接已失效/)
  await page.getByRole('link', { name: '重新登录' }).click()
  await page.getByRole('button', { name: '允许' }).click()
  await page.waitForURL(hub.url + index)
  equal(await heading(page), '林小满')
  deepEqual(troubles, [])
})

testInBrowser('refuses a forged state with a page that starts again', async (t, browser) => {
  const hub = await startHub(t)
  for (const [screen, language] of extremes) {
    const { page, context, troubles } = await openPage(browser, screen, language)
    const forged = `/boilerplate/api/v1/wechat-mp/callback?code=${'c'.repeat(32)}&state=${'0'.repeat(32)}`
    const response = await page.goto(hub.url + forged)
    equal(response?.status(), 400)
    await look(page, `5-forged-${screen}-${language}`)
    await page.getByRole('link', { name: words[language].again }).click()
    await page.getByRole('button', { name: words[language].agree }).click()
    await page.waitForURL(hub.url + index)
    deepEqual(troubles, [])
    await context.close()
  }
  equal(await hub.upstreamCalls('/sns/oauth2/access_token'), extremes.length)
})

testInBrowser('keeps two logins apart that one browser began in two tabs', async (t, browser) => {
  const hub = await startHub(t)
  const { page, context } = await openPage(browser)
  const other = await context.newPage()
  for (const tab of [page, other]) {
    await tab.goto(hub.url + index)
    await tab.getByRole('link', { name: '微信登录' }).click()
    await tab.waitForURL(/connect\/oauth2\/authorize/)
  }
  for (const tab of [page, other]) {
    await tab.getByRole('button', { name: '允许' }).click()
    await tab.waitForURL(hub.url + index)
    equal(await heading(tab), '林小满')
  }
})

testInBrowser('shows a nickname that is HTML as the text that it is', async (t, browser) => {
  const hub = await startHub(t)
  const nickname = '<img src=x onerror=alert(1)><b>"&amp;'
  const avatarUrl = 'https://x.example/"onerror="alert(1)'
  await hub.sandbox.control('POST', '/users', { id: 'html', nickname, avatarUrl })
  for (const screen of ['phone', 'desktop'] as const) {
    const { page, context, troubles } = await openPage(browser, screen)
    await logIn(hub, page, nickname)
    equal(await heading(page), nickname)
    equal(await page.locator('main b').count(), 0)
    await look(page, `6-html-${screen}-zh-CN`)
    deepEqual(troubles, [])
    await context.close()
  }
})

testInBrowser('says so where WeChat is silent, and for a snapshot page', async (t, browser) => {
  const hub = await startHub(t)
  await hub.sandbox.control('POST', '/users', { id: 'v', nickname: '快照', virtual: true })
  for (const [screen, language] of extremes) {
    const { page, context } = await openPage(browser, screen, language)
    const { again, agree, logIn } = words[language]
    await hub.sandbox.fault({ path: '/sns/oauth2/access_token', drop: 'before', times: 1 })
    await beginAt(page, hub, logIn)
    await page.getByRole('button', { name: agree }).click()
    await page.getByRole('link', { name: again }).waitFor()
    match(await page.locator('.small').innerText(), /12109/)
    await look(page, `7-no-answer-${screen}-${language}`)
    await page.getByRole('link', { name: again }).click()
    await page.getByRole('radio', { name: '快照' }).check()
    await page.getByRole('button', { name: agree }).click()
    await page.getByRole('link', { name: again }).waitFor()
    await look(page, `8-snapshot-${screen}-${language}`)
    await page.goto(hub.url + index)
    await page.getByRole('link', { name: logIn }).waitFor()
    await context.close()
  }
})

async function beginAt(page: Page, hub: TestHub, logIn: string): Promise<void> {
  await page.goto(hub.url + index)
  await page.getByRole('link', { name: logIn }).click()
}

testInBrowser("shows WeChat's error pages, and asks nobody twice for a silent login", async (t, browser) => {
  const hub = await startHub(t)
  const { appid } = await hub.sandbox.app('official_account')
  await errorPages(browser, hub, appid)
  const { id } = (await hub.hub.mounts.list()).find((mount) => mount.contract === 'boilerplate') ?? { id: 0 }
  await hub.hub.mounts.change(id, { options: { scope: 'snsapi_base' } })
  const { page } = await openPage(browser)
  await beginAt(page, hub, '微信登录')
  await look(page, '10-silent-phone-zh-CN')
  await page.getByRole('button', { name: '继续' }).click()
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.getByRole('link', { name: '微信登录' }).click()
  await page.getByRole('button', { name: '退出登录' }).waitFor()
  equal(await heading(page), '微信用户')
  await look(page, '11-no-profile-phone-zh-CN')
})

async function errorPages(browser: Browser, hub: TestHub, appid: string): Promise<void> {
  const { page, context } = await openPage(browser)
  const query = new URLSearchParams({
    appid,
    redirect_uri: 'https://other.example/',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'a1',
  })
  await hub.sandbox.control('POST', '/apps', { appid, oauthDomain: 'shop.example' })
  await page.goto(`${hub.sandbox.url}/connect/oauth2/authorize?${query}#wechat_redirect`)
  match(await page.locator('main').innerText(), /redirect_uri域名与后台配置不一致，错误码：10003/)
  await look(page, '9-wechat-error-phone-zh-CN')
  await hub.sandbox.control('POST', '/apps', { appid, oauthDomain: null })
  await context.close()
}
