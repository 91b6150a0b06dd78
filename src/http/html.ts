/** HTML that may stand in a page as it is: only `html` makes it. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  static join(strings: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(strings.map((text, at) => text + (at < values.length ? toText(values[at]) : '')).join(''))
  }

  toString(): string {
    return this.#text
  }
}

/** Null stands for nothing. */
export type HtmlValue = string | number | Html | null | undefined

/** A template of HTML: each value in it is escaped, for text and for attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return Html.join(strings, values)
}

function toText(value: HtmlValue): string {
  if (value === null || value === undefined) return ''
  return value instanceof Html ? value.toString() : escapeHtml(String(value))
}

function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/[&<>"'\0]/g, (sign) => entities[sign] ?? '')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\0': '\ufffd',
}
