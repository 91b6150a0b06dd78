const offsetMs = 8 * 3_600_000

/** RFC 3339 with seconds, as WeChat Pay writes every time. */
export function toBeijingTime(at: number): string {
  return `${new Date(at + offsetMs).toISOString().slice(0, 19)}+08:00`
}

/** Digits of the date and time in Beijing, 14 of them. */
export function toBeijingDigits(at: number): string {
  return new Date(at + offsetMs).toISOString().replace(/\D/g, '').slice(0, 14)
}
