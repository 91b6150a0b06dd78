import { getErrmsg } from './errmsg.ts'

/** A refusal in WeChat's way. The message is the bare text; the rid is added when it is answered. */
export class UpstreamError extends Error {
  readonly errcode: number

  constructor(errcode: number, text: string = getErrmsg(errcode)) {
    super(text)
    this.name = 'UpstreamError'
    this.errcode = errcode
  }
}
