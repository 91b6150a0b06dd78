import { html } from '../../http/html.ts'
import type { Language } from '../../http/language.ts'
import type { Page } from '../../http/page.ts'
import type { HubError } from '../../hub/errors.ts'
import type { Profile } from '../../hub/users/profile.ts'
import { errorTexts, indexTexts } from './web-login-texts.ts'

export type Person = Pick<Profile, 'nickname' | 'avatarUrl'> & { id: number }

type Index = { name: string; person: Person | null; isRefused: boolean; authorize: string }

/** Who is logged in, or how to log in. */
export function toIndexPage({ name, person, isRefused, authorize }: Index, language: Language): Page {
  const texts = indexTexts[language]
  if (person === null) {
    const body = html`<div class="mark square" aria-hidden="true">${initialOf(name)}</div>
<h1>${name}</h1>
<p>${texts.invitation}</p>
${isRefused ? html`<p class="notice" role="status">${texts.refused}</p>` : null}
<div class="actions"><a class="button" href="${authorize}">${texts.logIn}</a></div>`
    return { language, title: name, body }
  }
  const nickname = person.nickname || texts.nobody
  const body = html`<div class="mark">${initialOf(nickname)}${toAvatar(person)}</div>
<h1>${nickname}</h1>
<p>${texts.loggedIn}</p>
<dl>
<div><dt>${texts.account}</dt><dd>${name}</dd></div>
<div><dt>${texts.id}</dt><dd>${person.id}</dd></div>
</dl>
<div class="actions"><form method="post" action="logout"><button class="button second">${texts.logOut}</button></form></div>`
  return { language, title: name, body }
}

type Failure = { failure: HubError; number: number; authorize: string }

/** What went wrong in a person's words, and the way on. */
export function toErrorPage({ failure, number, authorize }: Failure, language: Language): Page {
  const { startAgain, code } = indexTexts[language]
  const { title, text, isFinal } = errorTexts[language](failure.code)
  const body = html`<div class="mark bad" aria-hidden="true">!</div>
<h1>${title}</h1>
<p>${text}</p>
<p class="small">${code} ${number}</p>
${isFinal ? null : html`<div class="actions"><a class="button" href="${authorize}">${startAgain}</a></div>`}`
  return { language, title, body }
}

function toAvatar({ avatarUrl }: Person) {
  const isPicture = /^https?:\/\//i.test(avatarUrl)
  return isPicture ? html`<img src="${avatarUrl}" alt="" referrerpolicy="no-referrer">` : null
}

/** The first character as a reader sees it. */
function initialOf(name: string): string {
  for (const { segment } of new Intl.Segmenter().segment(name.trim())) return segment
  return ''
}
