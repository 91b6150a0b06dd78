import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { canSeeApp, isInstanceWide, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import { toSignedText } from '../../hub/open-data/raw-data.ts'
import type { PhoneEvidence } from '../../hub/phones/phones.ts'
import type { Session } from '../../hub/sessions/sessions.ts'
import { guardedSession } from '../access.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, toSeconds } from '../schemas.ts'
import { toUser } from '../users/to-user.ts'
import {
  meReply,
  openDataBody,
  openDataReply,
  phoneBody,
  phoneReply,
  profileChange,
  sessionReply,
  verifyBody,
  verifyReply,
} from './schemas.ts'

export function registerSessions(scope: HttpApp, parts: ApiParts): void {
  registerVerify(scope, parts)
  registerCurrent(scope, parts)
  registerMe(scope, parts)
  registerFromClient(scope, parts)
}

/** What every back end behind the hub asks for each of its own requests. */
function registerVerify(scope: HttpApp, { hub, access }: ApiParts): void {
  const schema = { tags: ['Sessions'], body: verifyBody, response: { 200: verifyReply } }
  scope.post(
    '/sessions/verify',
    { ...access.key('sessions:verify'), schema: { summary: 'Whose session is this token', ...schema } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const session = await hub.sessions.findLive(request.body.token)
      if (session === null) return { active: false }
      if (!isInstanceWide(principal) && !(await isSeen(hub, principal, session))) return { active: false }
      return { active: true, ...toReply(session) }
    },
  )
}

function registerCurrent(scope: HttpApp, { hub, access }: ApiParts): void {
  scope.get(
    '/sessions/current',
    {
      ...access.session(),
      schema: { summary: 'The session itself', tags: ['Sessions'], response: { 200: sessionReply } },
    },
    async (request) => toReply(guardedSession(request).found),
  )

  scope.delete(
    '/sessions/current',
    {
      ...access.session(),
      schema: { summary: 'Logs out', tags: ['Sessions'], response: { 204: nothing } },
    },
    async (request, reply) => {
      await hub.sessions.revoke(guardedSession(request).token)
      return reply.status(204).send(null)
    },
  )
}

function registerMe(scope: HttpApp, { hub, access }: ApiParts): void {
  scope.get(
    '/me',
    {
      ...access.session('user_gone'),
      schema: { summary: 'The user of the session', tags: ['Me'], response: { 200: meReply } },
    },
    (request) => getOwnUser(hub, request),
  )

  const changing = { tags: ['Me'], body: profileChange, response: { 200: meReply } }
  scope.patch(
    '/me',
    {
      ...access.session('user_gone'),
      schema: { summary: 'Improves the profile: what is empty changes nothing', ...changing },
    },
    async (request) => {
      await hub.users.improveProfile(guardedSession(request).found.identityId, request.body)
      return getOwnUser(hub, request)
    },
  )
}

/** What WeChat's client gave for the back end: encrypted data, a phone number. */
function registerFromClient(scope: HttpApp, { hub, access }: ApiParts): void {
  const decoding = { tags: ['Me'], body: openDataBody, response: { 200: openDataReply } }
  scope.post(
    '/me/open-data',
    {
      ...access.session('decryption_failed'),
      schema: { summary: "Decrypts what a mini program's client got encrypted", ...decoding },
    },
    async (request) => {
      const { encryptedData, iv, rawData, signature } = request.body
      const input = { encryptedData, iv, signed: toSignedText(rawData, signature) }
      return { data: await hub.openData.decode(guardedSession(request).found, input) }
    },
  )

  const errors = ['code_refused', 'decryption_failed', 'app_wrong_kind'] as const
  const taking = { tags: ['Me'], body: phoneBody, response: { 200: phoneReply } }
  scope.post(
    '/me/phone',
    {
      ...access.session('user_gone', ...errors, 'app_misconfigured', 'upstream_unavailable'),
      schema: { summary: 'Takes the phone number behind a code of the phone button', ...taking },
    },
    async (request) => {
      const session = guardedSession(request).found
      const evidence = readEvidence(request.body)
      const phone = await hub.phones.take({ session, evidence, address: request.ip })
      return { ...phone, verified: true }
    },
  )
}

function readEvidence({ code, encryptedData, iv }: Static<typeof phoneBody>): PhoneEvidence {
  const isCode = code !== undefined && encryptedData === undefined && iv === undefined
  if (isCode) return { code }
  if (code === undefined && encryptedData !== undefined && iv !== undefined) return { encryptedData, iv }
  throw new HubError('bad_request', 'the body holds either code, or encryptedData and iv')
}

async function isSeen(hub: ApiHub, principal: Principal, { appId }: Session): Promise<boolean> {
  const app = await hub.apps.find(appId)
  return app !== null && canSeeApp(principal, app)
}

async function getOwnUser({ users }: ApiHub, request: FastifyRequest) {
  const user = await users.find(guardedSession(request).found.userId)
  if (user === null) throw new HubError('user_gone', 'the user was removed')
  const { phone, isPhoneVerified } = await users.getPerson(user.id)
  return { ...toUser(user), phone, phoneVerified: isPhoneVerified }
}

function toReply({ appId, openId, unionId, userId, expiresAt }: Session) {
  return { appId, openId, unionId, userId, expiresAt: toSeconds(expiresAt) }
}
