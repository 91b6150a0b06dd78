import { HubError } from '../errors.ts'

const maxTries = 4

/** A login or a merge that changes a person's rows at this moment is found done by the next try. */
export async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'conflict' || attempt === maxTries) throw error
    }
  }
}
