export type Language = 'zh' | 'en'

/** The first language of `Accept-Language` that we speak; Chinese where none is named. */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '').slice(0, 1024).split(',').map(parseRange)
  const known = wanted.filter(
    ({ language, weight }) => weight > 0 && (language === 'zh' || language === 'en'),
  )
  known.sort((a, b) => b.weight - a.weight)
  return known[0]?.language === 'en' ? 'en' : 'zh'
}

function parseRange(range: string): { language: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = q === undefined ? 1 : Number(q.slice(2))
  return { language: tag.split('-')[0] ?? '', weight: weight >= 0 && weight <= 1 ? weight : 0 }
}
