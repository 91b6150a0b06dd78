declare module 'co-wechat-api' {
  type WechatApi = {
    getAccessToken(): Promise<{ accessToken: string }>
    getIp(): Promise<{ ip_list: string[] }>
    code2Session(code: string): Promise<Record<string, string>>
    getTicket(): Promise<{ ticket: string }>
    getUser(openid: string): Promise<Record<string, unknown>>
    batchGetUsers(openids: string[]): Promise<{ user_info_list: Record<string, unknown>[] }>
    sendText(openid: string, text: string): Promise<{ errcode: number }>
    sendTemplate(
      openid: string,
      templateId: string,
      url: string,
      topColor: string,
      data: object,
    ): Promise<{ errcode: number; msgid: number }>
    sendSubscribeMessage(
      openid: string,
      templateId: string,
      page: string,
      data: object,
    ): Promise<{ errcode: number }>
  }
  const WechatApi: new (appid: string, secret: string) => WechatApi
  export = WechatApi
}
