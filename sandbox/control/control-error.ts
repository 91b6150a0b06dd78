/** A control call that makes no sense; the message is for the person who wrote it. */
export class ControlError extends Error {
  readonly status: number
  readonly details: Record<string, unknown>

  constructor(
    message: string,
    { status = 400, ...details }: { status?: number; [key: string]: unknown } = {},
  ) {
    super(message)
    this.name = 'ControlError'
    this.status = status
    this.details = details
  }
}
