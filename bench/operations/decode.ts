import { deepEqual } from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { benchApp } from '../upstream/bench-app.ts'
import { codeOf, openIdOf, sessionKeyOf, unionIdOf } from '../upstream/people.ts'
import type { TrafficData } from './traffics.ts'

const iv = Buffer.alloc(16, 'bench-iv')

/** A profile as WeChat's client encrypts it, of 1,000 users in turn. */
export function decodeTraffic({ tokens }: TrafficData): Traffic {
  const profiles = tokens.map((_, person) => profileOf(codeOf(person, person)))
  const requests = tokens.map((token, person) => {
    const encryptedData = encrypt(JSON.stringify(profiles[person]), sessionKeyOf(codeOf(person, person)))
    const query = new URLSearchParams({ sessionkey: token, encryptedData, iv: iv.toString('base64') })
    return getRequest(`/wx/mini/v1/${benchApp.appid}/decode?${query}`)
  })
  return {
    request: (n) => requests[n % requests.length] ?? '',
    prefix: '{"code":200,"msg":"ok","data":{"openId":"oBench-',
    check(n, answer) {
      deepEqual(answer, { code: 200, msg: 'ok', data: profiles[n % profiles.length], success: true })
    },
  }
}

/** The fields, and their lengths, of WeChat's published sample. */
function profileOf(code: string) {
  return {
    openId: openIdOf(code),
    nickName: 'Band',
    gender: 1,
    language: 'zh_CN',
    city: 'Guangzhou',
    province: 'Guangdong',
    country: 'CN',
    avatarUrl: `http://wx.qlogo.cn/mmopen/vi_32/${'a'.repeat(86)}/0`,
    unionId: unionIdOf(code),
    watermark: { timestamp: 1_477_314_187, appid: benchApp.appid },
  }
}

function encrypt(text: string, sessionKey: string): string {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
  return Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
}
