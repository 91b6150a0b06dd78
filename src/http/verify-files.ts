import { HubError } from '../hub/errors.ts'
import type { HttpApp } from './http.ts'
import { readingMethods, refuseOtherMethods } from './surface.ts'

/** The files by which WeChat checks that a domain is an app's: from the root, by a name that WeChat gave. */
export function registerVerifyFiles(http: HttpApp, find: (name: string) => Promise<string | null>): void {
  const path = '/MP_verify_:mark(^[A-Za-z0-9]{1,64}).txt'
  http.get<{ Params: { mark: string } }>(path, async ({ params }, reply) => {
    const content = await find(`MP_verify_${params.mark}.txt`)
    if (content === null) throw new HubError('route_unknown', 'no app has this file')
    return reply.header('x-content-type-options', 'nosniff').type('text/plain; charset=utf-8').send(content)
  })
  refuseOtherMethods(http, path, readingMethods)
}
