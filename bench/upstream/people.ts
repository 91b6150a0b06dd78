/** The stand-in knows everybody whose code has this form; the code says who it is. */
export function codeOf(person: number, serial: number): string {
  return `bench${String(person).padStart(8, '0')}-${String(serial).padStart(18, '0')}`
}

export function isCode(text: string): boolean {
  return text.length === 32 && text.startsWith('bench')
}

/** 28 characters, as WeChat's are. */
export function openIdOf(code: string): string {
  return `oBench-${code.slice(5, 13)}-person-bench`
}

export function unionIdOf(code: string): string {
  return `uBench-${code.slice(5, 13)}-person-bench`
}

/** Another one at each login, as at WeChat. */
export function sessionKeyOf(code: string): string {
  return Buffer.from(code.slice(-16), 'latin1').toString('base64')
}
