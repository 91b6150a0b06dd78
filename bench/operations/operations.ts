import { makeBuyers } from './buyers.ts'
import { coldTokenReads } from './cold-token-reads.ts'
import { issueSessions } from './issue-sessions.ts'
import { memory } from './memory.ts'
import type { Operation } from './operation.ts'
import { start } from './start.ts'
import { createThroughput } from './throughput.ts'

/** In the order in which they run. */
export const operations: readonly Operation[] = [
  createThroughput({
    name: 'login',
    title: 'login by code (commcn weixin.oauth), WeChat answers in 0 ms',
    targets: { floor: 0.75, peer: 2 },
  }),
  createThroughput({
    name: 'session-check',
    title: 'session check (control openId?token=), 1,000 sessions',
    prepare: issueSessions,
    targets: { floor: 0.75, peer: 1.5 },
  }),
  createThroughput({
    name: 'sessions-verify',
    title: 'session check by a back end (POST /api/v1/sessions/verify), 1,000 sessions',
    prepare: issueSessions,
    targets: { floor: 0.75, peer: 1.5 },
  }),
  createThroughput({
    name: 'token-read',
    title: 'access-token read over HTTP (control access_token)',
    targets: { floor: 0.75, peer: 1.5 },
  }),
  createThroughput({
    name: 'decode',
    title: 'encryptedData of a user (control decode), 1,000 sessions',
    prepare: issueSessions,
    targets: { floor: 0.75, peer: 2 },
  }),
  createThroughput({
    name: 'get-qrcode',
    title: 'address of a known mini-program code (commcn weixin.get_qrcode), 100 codes',
    prepare: issueSessions,
    targets: { floor: 0.75, peer: 2 },
  }),
  createThroughput({
    name: 'getbyopenid',
    title: 'buyer by openId (buyer getbyopenid), its phone unsealed and masked, 1,000 buyers',
    prepare: makeBuyers,
    targets: { floor: 0.75 },
  }),
  createThroughput({
    name: 'gateway-safe',
    title: 'pushed message in safe mode: verified, decrypted, stored, answered (the peer stores nothing)',
    targets: { floor: 0.7, peer: 2 },
  }),
  createThroughput({
    name: 'gateway-plain',
    title: 'pushed message in plain mode: verified, stored, answered (the peer stores nothing)',
    targets: { floor: 0.7, peer: 2 },
  }),
  createThroughput({
    name: 'refund',
    title:
      'refund of a bill never seen (commcn weixin.refund_pay): looked up, adopted, refunded; RSA on both sides',
    targets: { floor: 0.75, peer: 2 },
  }),
  coldTokenReads,
  start,
  memory,
]
