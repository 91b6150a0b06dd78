/** What a consent page shows instead of sending the browser back; some of its errors have no number. */
export class PageError extends Error {
  readonly errcode: number | null

  constructor(errcode: number | null, message: string) {
    super(message)
    this.name = 'PageError'
    this.errcode = errcode
  }
}
