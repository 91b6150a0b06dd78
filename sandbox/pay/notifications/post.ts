const timeoutMs = 5000
const keptBodyLength = 4096

export type PostResult = { status: number | null; body: string; error?: string }

/** One delivery. No redirects, no more than five seconds, whatever goes wrong is a result. */
export async function postNotification(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<PostResult> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { ...headers, Accept: '*/*', 'Content-Type': 'application/json', 'User-Agent': 'Mozilla/4.0' },
      body,
    })
    return { status: response.status, body: await readStart(response) }
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return { status: null, body: '', error: String(cause) }
  }
}

/** The first bytes of an answer, which may be endless. */
async function readStart({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= keptBodyLength) break
  }
  return Buffer.concat(chunks).subarray(0, keptBodyLength).toString()
}

const atOnce = 64

/** At most so many deliveries at a time: moving the clock can make thousands due. */
export function createPostQueue() {
  let running = 0
  const waiting: (() => void)[] = []
  return async (...args: Parameters<typeof postNotification>): Promise<PostResult> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await postNotification(...args)
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
