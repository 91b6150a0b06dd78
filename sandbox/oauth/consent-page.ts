import type { App } from '../apps/app-store.ts'
import { html } from '../http/html.ts'
import type { Reply } from '../http/reply.ts'
import type { User } from '../users/user-store.ts'
import { type ConsentLanguage, consentTexts, pageErrorTexts } from './consent-texts.ts'
import type { PageError } from './page-error.ts'
import { toWebPage } from './web-page.ts'

/** `address` is that of the page itself, without a fragment: browsers would carry it along to the site. */
type Question = { address: string; app: App; scope: string; users: readonly User[]; chosen: User | undefined }

/** The page on which a person chooses who they are, and agrees or refuses. */
export function toConsentPage(
  { address, app, scope, users, chosen }: Question,
  language: ConsentLanguage,
): Reply {
  const texts = consentTexts[language]
  const isSilent = scope === 'snsapi_base'
  const wish = { snsapi_base: texts.openid, snsapi_login: texts.website }[scope] ?? texts.profile
  const choices = users.map(
    (
      user,
    ) => html`<label><input type="radio" name="user" value="${user.id}"${user === chosen ? checked : null}><b>${user.nickname}</b><span>${user.virtual ? texts.virtual : user.id}</span></label>
`,
  )
  const body = html`<main>
<h1>${app.name}</h1>
<p>${texts.asks}</p>
<ul><li>${wish}</li></ul>
<form method="post" action="${address}">
<fieldset><legend>${texts.who}</legend>
${choices}</fieldset>
<div class="actions">
<button name="answer" value="agree">${isSilent ? texts.choose : texts.agree}</button>
${isSilent ? null : html`<button class="second" name="answer" value="refuse">${texts.refuse}</button>`}
</div>
</form>
</main>`
  return toWebPage({ language, title: texts.title, ribbon: texts.ribbon, body })
}

const checked = html` checked`

/** Errors come as a page, and the browser is not sent back. What is wrong in detail stands in a comment line. */
export function toErrorPage({ errcode, message }: PageError, language: ConsentLanguage): Reply {
  const known = errcode === null ? null : pageErrorTexts[errcode]
  const text = known == null ? message : `${known}，错误码：${errcode}`
  const body = html`<main class="oops">
<i>!</i>
<h1>Oops! Something went wrong:(</h1>
<p>${text}</p>
${known == null ? null : html`<p lang="en">${message}</p>`}
</main>`
  const { ribbon } = consentTexts[language]
  return toWebPage({ language: 'zh-CN', title: '微信', ribbon, body })
}
