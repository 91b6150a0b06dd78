/** What `{name}` stands for in the texts of a case. */
export type CaseNames = Record<
  | 'base'
  | 'appId'
  | 'secret'
  | 'openId'
  | 'unionId'
  | 'code'
  | 'token'
  | 'otherAppId'
  | 'otherSecret'
  | 'officialAppId'
  | 'push'
  | 'billId'
  | 'apiKey'
  | 'buyerId'
  | 'tenantId'
  | 'key',
  string
>

/** A value of a case file with its `{name}`s filled in and its `$repeat`s and `$number`s written out. */
export function fillNames(value: unknown, names: CaseNames): unknown {
  if (typeof value === 'string') return fillText(value, names)
  if (Array.isArray(value)) return value.map((one) => fillNames(one, names))
  if (typeof value !== 'object' || value === null) return value
  if ('$repeat' in value) {
    const [text, times] = value.$repeat as [string, number]
    return text.repeat(times)
  }
  if ('$number' in value) return Number(fillText(String(value.$number), names))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillNames(one, names)]))
}

export function fillText(text: string, names: CaseNames): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name as keyof CaseNames]
    if (value === undefined) throw new Error(`a case names {${name}}, which is nothing`)
    return value
  })
}
