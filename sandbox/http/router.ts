export type Route = { method: string; path: string }
export type Found<R> = { route: R; params: Record<string, string> } | { route: null; methods: string[] }

/** Finds a route by exact path, else by a pattern such as `/users/:id`. `ANY` takes every method. */
export function createRouter<R extends Route>(routes: readonly R[]) {
  const exact = Map.groupBy(
    routes.filter((route) => !route.path.includes('/:')),
    (route) => route.path,
  )
  const patterns = routes.filter((route) => route.path.includes('/:'))

  return {
    /** Null for an unknown path; `methods` when only the method does not fit. */
    find(method: string, path: string): Found<R> | null {
      const candidates =
        exact.get(path) ?? patterns.filter((route) => matchPattern(route.path, path) !== null)
      if (candidates.length === 0) return null
      const route = candidates.find((each) => each.method === method || each.method === 'ANY')
      if (route === undefined) return { route: null, methods: candidates.map((each) => each.method) }
      return { route, params: matchPattern(route.path, path) ?? {} }
    },
  }
}

function matchPattern(pattern: string, path: string): Record<string, string> | null {
  if (pattern === path) return {}
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':') && value !== '') params[part.slice(1)] = decodePart(value)
    else if (part !== value) return null
  }
  return params
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
