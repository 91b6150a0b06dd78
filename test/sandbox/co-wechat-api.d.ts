declare module 'co-wechat-api' {
  type WechatApi = {
    getAccessToken(): Promise<{ accessToken: string }>
    getIp(): Promise<{ ip_list: string[] }>
    code2Session(code: string): Promise<Record<string, string>>
    getTicket(): Promise<{ ticket: string }>
  }
  const WechatApi: new (appid: string, secret: string) => WechatApi
  export = WechatApi
}
