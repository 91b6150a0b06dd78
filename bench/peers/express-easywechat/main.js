// What a back-end team would put together from npm: Express, node-easywechat, the SQLite that comes with
// Node. No sealing, no memo of codes, no shared token fetch: such services have none.
import express from 'express'
import { registerDecode } from './decode.js'
import { registerGateway } from './gateway.js'
import { registerLogin } from './login.js'
import { registerQrCodes } from './qr-codes.js'
import { registerRefund } from './refund.js'
import { registerSessionCheck } from './session-check.js'
import { registerTokenRead } from './token-read.js'

const app = express()
app.use(express.json({ limit: '64kb' }))
registerLogin(app)
registerSessionCheck(app)
registerTokenRead(app)
registerDecode(app)
registerQrCodes(app)
registerGateway(app)
registerRefund(app)

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`peer ready ${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`)
})
