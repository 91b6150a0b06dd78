import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance, type HTTPMethods } from 'fastify'
import { errorCodes } from '../../hub/errors.ts'
import { type ApiRoute, describeRoute } from './describe-route.ts'

export type Reference = FastifyInstance

/** Nothing is loaded from elsewhere, and no other site can frame the page. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A server without an address that knows the API's routes by their schemas, serves no call, and tells of them. */
export async function createReference(routes: readonly ApiRoute[]): Promise<Reference> {
  const reference = Fastify()
  reference.setValidatorCompiler(() => () => true)
  reference.setSerializerCompiler(() => JSON.stringify)
  reference.addSchema(problemSchema)
  await reference.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'WeHub',
        version: '1',
        description: 'The hub of all your WeChat apps. Times are unix seconds. Errors are problem documents.',
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `whk_…`' },
          session: { type: 'http', scheme: 'bearer', description: 'The `token` of a login' },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, at) => String(json.$id ?? `schema-${at}`) },
  })
  await reference.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: contentPolicy,
    theme: { title: 'WeHub API' },
    // Without the bar that would load other documents.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, deepLinking: true, docExpansion: 'list' },
  })
  for (const route of routes) {
    const { method, url } = route
    reference.route({
      method: method as HTTPMethods,
      url,
      schema: describeRoute(route),
      handler: neverCalled,
    })
  }
  reference.get('/api/openapi.json', { schema: { hide: true } as object }, async () => reference.swagger())
  await reference.ready()
  return reference
}

/** Only requests below /api/docs and for the document are handed over. */
async function neverCalled(): Promise<never> {
  throw new Error('the reference serves no call of the API')
}

const problemSchema = {
  $id: 'Problem',
  type: 'object',
  description: 'An error (RFC 9457)',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', examples: ['urn:wehub:problem:app_unknown'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to mend, where that is known' },
    code: { type: 'string', enum: [...errorCodes], description: 'For programs' },
    errcode: { type: 'integer', description: "WeChat's number, where WeChat refused" },
  },
}
