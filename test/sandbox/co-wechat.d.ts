declare module 'co-wechat' {
  type Context = {
    method: string
    query: Record<string, string>
    request: { body: string }
    status?: number
    body?: string
  }
  type Handle = (message: Record<string, string>) => Promise<unknown>
  type Config = { token: string; appid: string; encodingAESKey: string }
  function wechat(config: Config): { middleware(handle: Handle): (context: Context) => Promise<void> }
  export = wechat
}
