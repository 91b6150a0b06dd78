import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, HubError } from '../hub/errors.ts'
import type { Messages, PushReply } from '../hub/messages/messages.ts'
import type { HttpApp } from './http.ts'
import { takeRawBody } from './raw-body.ts'

/** Which app's messages arrive here, and what its new followers are answered. */
type Target = { appId: string; welcomeText?: string | undefined }

export type GatewayRoute = {
  url: string
  messages: Pick<Messages, 'answerCheck' | 'receive' | 'noteRefusal'>
  targetOf: (request: FastifyRequest) => Target
}

const statuses: Partial<Record<ErrorCode, number>> = {
  app_unknown: 404,
  bad_request: 400,
  body_too_large: 413,
  forbidden: 403,
  storage_unavailable: 503,
}

const types: Record<PushReply['form'], string> = {
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

/** WeChat's check of the URL (GET) and its pushes (POST). Whatever is refused is answered with a status alone. */
export function registerGatewayRoute(scope: HttpApp, { url, messages, targetOf }: GatewayRoute): void {
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const failure = scope.toHubError(error)
    request.failure = failure
    messages.noteRefusal(failure.code)
    return reply
      .status(statuses[failure.code] ?? 500)
      .type(types.text)
      .send('')
  }

  scope.get(url, { errorHandler }, async (request, reply) => {
    const { appId } = targetOf(request)
    const echo = await messages.answerCheck({ appId, query: toQuery(request) })
    return reply.header('x-content-type-options', 'nosniff').type(types.text).send(echo)
  })

  scope.post(url, { errorHandler, onRequest: takeRawBody }, async (request, reply) => {
    const { body } = request
    if (!Buffer.isBuffer(body)) throw new HubError('bad_request', 'the push has no body')
    const { form, body: answer } = await messages.receive({
      ...targetOf(request),
      query: toQuery(request),
      body,
    })
    return reply.header('x-content-type-options', 'nosniff').type(types[form]).send(answer)
  })
}

function toQuery({ query }: FastifyRequest): Record<string, unknown> {
  return query as Record<string, unknown> // what the server makes of any query string
}
