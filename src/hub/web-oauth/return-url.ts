const maxLength = 2048

/**
 * Where a login may send the browser afterwards: the whole address in normal form, or null for one that is not
 * of an allowed origin. Takes absolute http(s) URLs and paths of our own origin (`/a?b#c`). What browsers
 * read in more than one way is refused: backslashes, `//host`, control characters, blanks, names in front of
 * the host.
 */
export function parseReturnUrl(
  text: string,
  { ownOrigin, origins }: { ownOrigin: string; origins: readonly string[] },
): string | null {
  if (text.length > maxLength || !/^(?:https?:\/\/[^/\\]|\/(?![/\\]))/i.test(text)) return null
  if (/[\p{Cc}\p{Cs}\s\\]/u.test(text)) return null
  const url = URL.parse(text, ownOrigin)
  if (url === null || url.username !== '' || url.password !== '') return null
  if (url.origin !== ownOrigin && !origins.includes(url.origin)) return null
  return url.href.length > maxLength ? null : url.href
}
