const batch = 1000
const maxBatches = 200

/**
 * Removes what is over in batches, so that nobody waits long for the database in between. All of it, if it is
 * no more than 200,000 rows a run: one batch a minute would be outgrown by 17 logins a second.
 */
export async function purgeAll(purge: (limit: number) => Promise<number>): Promise<void> {
  for (let count = 0; count < maxBatches; count += 1) {
    if ((await purge(batch)) < batch) return
  }
}
