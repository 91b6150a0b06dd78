import wechat from 'co-wechat'

/** Express in front of co-wechat's Koa middleware. Nothing is stored, repeats are not noticed. */
export function registerGateway(app) {
  const handlers = new Map(
    Object.values(JSON.parse(process.env.BENCH_GATEWAYS)).map(
      ({ appid, token, encodingAesKey, gatewayMode }) => {
        const config =
          gatewayMode === 'safe' ? { appid, token, encodingAESKey: encodingAesKey } : { appid, token }
        return [appid, wechat(config).middleware(async () => '')]
      },
    ),
  )
  app.post('/gateway/:appId', async (request, response) => {
    const handle = handlers.get(request.params.appId)
    if (handle === undefined) return response.status(404).end()
    const { method, query } = request
    const ctx = { method, query, req: request, request: { length: Number(request.get('content-length')) } }
    await handle(ctx)
    response
      .status(ctx.status ?? 200)
      .type('text')
      .send(ctx.body === '' ? 'success' : ctx.body)
  })
}
