import { HubError } from '../errors.ts'

const maxLength = 2048

/**
 * The part of a page's address that WeChat signs: all before the `#`, to the letter. Nothing is decoded, encoded
 * or put in order, since WeChat compares with what the browser shows. Throws bad_request.
 */
export function parsePageUrl(text: string): string {
  if (text.length > maxLength) throw refused(`is longer than ${maxLength} characters`)
  if (controlCharacter.test(text)) throw refused('holds a control character')
  const [url = ''] = text.split('#', 1)
  if (!/^https?:\/\/[^/?]/i.test(url) || !URL.canParse(url)) throw refused('is no http or https address')
  return url
}

const controlCharacter = /\p{Cc}/u

function refused(why: string): HubError {
  return new HubError('bad_request', `url ${why}`)
}
