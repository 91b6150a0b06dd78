export type Language = 'en' | 'zh'

export type Text = Record<Language, string>

/** From LC_ALL, LC_MESSAGES or LANG, as other programs do. */
export function pickLanguage(env: Record<string, string | undefined>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
