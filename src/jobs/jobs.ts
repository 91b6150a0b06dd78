import type { Hub } from '../hub/hub.ts'
import { purgeAll } from './purge-all.ts'
import { tellOnceAMinute } from './repeated-errors.ts'
import { startTimedJob, type TimedJob } from './timed-job.ts'

/** Everything that happens by itself. Each node runs all of it; leases in the database keep them apart. */
export function startJobs(hub: Hub, onEachError: (name: string, error: unknown) => void) {
  const onError = tellOnceAMinute(onEachError, Date.now)
  const jobs: TimedJob[] = [
    { name: 'refresh-setup', everyMs: 400, run: () => hub.setup.refresh() },
    {
      name: 'renew-tokens',
      everyMs: 15_000,
      async run(closing) {
        for (const error of await hub.accessTokens.renewDue(closing)) onError('renew-tokens', error)
      },
    },
    {
      name: 'renew-tickets',
      everyMs: 15_000,
      async run(closing) {
        for (const error of await hub.jsapiTickets.renewDue(closing)) onError('renew-tickets', error)
      },
    },
    { name: 'deliver-webhooks', everyMs: 1000, run: () => hub.dispatcher.look() },
    {
      name: 'settle-refunds',
      everyMs: 1000,
      async run(closing) {
        for (const error of await hub.refunds.checkDue(closing)) onError('settle-refunds', error)
      },
    },
    {
      name: 'check-payments',
      everyMs: 5000,
      async run(closing) {
        for (const error of await hub.payments.checkDue(closing)) onError('check-payments', error)
      },
    },
    {
      name: 'purge',
      everyMs: 60_000,
      async run() {
        await purgeAll(hub.logins.purge)
        await purgeAll(hub.sessions.purge)
        await purgeAll(hub.webOAuth.purge)
        await purgeAll(hub.phones.purge)
        await purgeAll(hub.refunds.purge)
        await purgeAll(hub.deliveries.purge)
      },
    },
    { name: 'reseal-phones', everyMs: 60_000, run: () => purgeAll(hub.users.phones.reseal) },
    {
      name: 'retention',
      everyMs: 600_000,
      async run() {
        await purgeAll(hub.retention.purgeMessages)
        await purgeAll(hub.retention.forgetUnsubscribed)
      },
    },
    {
      name: 'resume-erasures',
      everyMs: 30_000,
      async run() {
        await hub.people.resumeErasures()
      },
    },
    {
      name: 'destroy-orphan-keys',
      everyMs: 3_600_000,
      run: () => purgeAll(hub.people.destroyOrphanKeys),
    },
    {
      name: 'purge-images',
      everyMs: 3_600_000,
      async run() {
        await hub.qrCodes.purgeImages()
      },
    },
  ]
  hub.dispatcher.start((error) => onError('deliver-webhooks', error))
  const running = jobs.map((job) => startTimedJob(job, onError))
  return {
    async close(): Promise<void> {
      await Promise.all(running.map((job) => job.close()))
      await hub.dispatcher.close()
    },
  }
}
