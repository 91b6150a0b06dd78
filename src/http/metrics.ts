import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Observer } from '../hub/observer.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** All that is measured, in a registry of its own. Labels are route patterns and WeChat's paths, never URLs. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'wehub_http_request_duration_seconds',
    help: 'Requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 5],
    registers,
  })
  const upstreamCalls = new Histogram({
    name: 'wehub_wechat_call_duration_seconds',
    help: 'Calls to WeChat by path and outcome: an errcode (0 = success), unreachable or unreadable',
    labelNames: ['path', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.3, 1, 3, 7],
    registers,
  })
  // As many as there are routes and statuses; to find one's labels again costs more than to count.
  const known = new Map<string, ReturnType<typeof requests.labels>>()
  const observer = createObserver(registers)
  return {
    observer,

    requestEnded(method: string, route: string, status: number, seconds: number): void {
      const name = `${method} ${status} ${route}`
      let series = known.get(name)
      if (series === undefined) {
        series = requests.labels(method, route, String(status))
        known.set(name, series)
      }
      series.observe(seconds)
    },

    upstreamCalled(call: { path: string; outcome: string; durationMs: number }): void {
      upstreamCalls.labels(call.path, call.outcome).observe(call.durationMs / 1000)
    },

    /** Reads the ages when somebody scrapes. */
    watchTokenAges(ages: () => { appId: string; ageS: number }[]): void {
      new Gauge({
        name: 'wehub_access_token_age_seconds',
        help: 'Age of the access token in use, by app',
        labelNames: ['app_id'],
        registers,
        collect() {
          this.reset()
          for (const { appId, ageS } of ages()) this.set({ app_id: appId }, ageS)
        },
      })
    },

    /** Process, garbage collection and event-loop delay. */
    watchProcess: (): void => collectDefaultMetrics({ register: registry }),

    contentType: registry.contentType,
    print: (): Promise<string> => registry.metrics(),
  }
}

/** What the hub tells of itself, counted. */
function createObserver(registers: Registry[]): Observer {
  const rotations = new Counter({
    name: 'wehub_access_token_rotations_total',
    help: 'New access tokens by cause: first, renewed, expired, reported',
    labelNames: ['cause'],
    registers,
  })
  const ticketRotations = new Counter({
    name: 'wehub_jsapi_ticket_rotations_total',
    help: 'New jsapi_tickets by cause: first, renewed, expired',
    labelNames: ['cause'],
    registers,
  })
  const joined = new Counter({
    name: 'wehub_single_flight_hits_total',
    help: 'Callers that were served by work under way for another',
    labelNames: ['what'],
    registers,
  })
  const logins = new Counter({
    name: 'wehub_logins_total',
    help: 'Logins by contract',
    labelNames: ['contract'],
    registers,
  })
  const deliveries = new Counter({
    name: 'wehub_webhook_attempts_total',
    help: 'Attempts to deliver a message by outcome: delivered, refused, gone, unreachable',
    labelNames: ['outcome'],
    registers,
  })
  return {
    tokenRotated: (kind, cause) => (kind === 'access_token' ? rotations : ticketRotations).inc({ cause }),
    flightJoined: (what) => joined.inc({ what }),
    loginCompleted: (contract) => logins.inc({ contract }),
    deliveryAttempted: (outcome) => deliveries.inc({ outcome }),
    ...countMessages(registers),
    ...countPayNotifications(registers),
  }
}

function countMessages(registers: Registry[]): Pick<Observer, 'messageReceived' | 'messageRefused'> {
  const received = new Counter({
    name: 'wehub_gateway_messages_total',
    help: 'Messages from WeChat that were taken: stored, or a duplicate of one that is',
    labelNames: ['outcome'],
    registers,
  })
  const refused = new Counter({
    name: 'wehub_gateway_refusals_total',
    help: 'Pushes that were refused: forbidden (forged, stale or of another mode), bad_request, body_too_large …',
    labelNames: ['code'],
    registers,
  })
  return {
    messageReceived: (outcome) => received.inc({ outcome }),
    messageRefused: (code) => refused.inc({ code }),
  }
}

function countPayNotifications(registers: Registry[]): Pick<Observer, 'payNotified'> {
  const notifications = new Counter({
    name: 'wehub_pay_notifications_total',
    help: 'Notifications of WeChat Pay: payment, refund, other, or why it was refused (probe: WeChat tests whether we look)',
    labelNames: ['outcome'],
    registers,
  })
  return { payNotified: (outcome) => notifications.inc({ outcome }) }
}
