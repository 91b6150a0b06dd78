/** Markup that may stand in a page as it is. */
export type Html = { readonly markup: string }

type Value = string | number | Html | readonly Html[] | null

/** Escapes every value but markup made here. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map((text, at) => text + (at < values.length ? toMarkup(values[at] ?? null) : ''))
  return { markup: parts.join('') }
}

function toMarkup(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(toMarkup).join('')
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
