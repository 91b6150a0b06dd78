import { appId, appSecret, miniApp } from './wechat.js'

export function registerTokenRead(app) {
  app.get('/wx/mini/v1/:appId/:secret/access_token', async (request, response) => {
    const { params } = request
    if (params.appId !== appId || params.secret !== appSecret) {
      return response.json({ code: 40125, msg: 'invalid parameter: secret', data: {}, success: false })
    }
    const token = await miniApp.getAccessToken().getToken()
    response.json({ code: 200, msg: 'ok', data: token, success: true })
  })
}
