import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { database } from './database.js'
import { miniApp } from './wechat.js'

const findSession = database.prepare('select expires_at from sessions where token = ?')
const findCode = database.prepare('select hash from qr_codes where page = ? and scene = ?')
const insertCode = database.prepare('insert or replace into qr_codes (page, scene, hash) values (?, ?, ?)')
const folder = `${process.env.BENCH_DATA_DIR}/qrcodes`
mkdirSync(folder, { recursive: true })

export function registerQrCodes(app) {
  app.post('/commcn/api/v1/weixin.get_qrcode', async (request, response) => {
    const token = request.get('authorization')?.replace('Bearer ', '')
    const session = findSession.get(String(token))
    if (session === undefined || session.expires_at <= Date.now()) {
      return response.status(401).json({ code: 1004, error: 'no session' })
    }
    const { page, scene } = request.body
    const hash = findCode.get(page, scene)?.hash ?? (await makeCode(page, scene))
    response.json({ url: `${request.protocol}://${ownHost(request)}/qrcodes/${hash}` })
  })
}

function ownHost(request) {
  return `127.0.0.1:${request.socket.localPort}`
}

async function makeCode(page, scene) {
  const client = miniApp.getClient()
  const answer = await client.request('POST', '/wxa/getwxacodeunlimit', {
    json: { page, scene },
    responseType: 'arraybuffer',
  })
  const bytes = Buffer.from(answer.getContent())
  const hash = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(`${folder}/${hash}`, bytes)
  insertCode.run(page, scene, hash)
  return hash
}
