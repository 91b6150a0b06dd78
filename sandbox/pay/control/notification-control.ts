import { ControlError } from '../../control/control-error.ts'
import type { ControlRoute } from '../../control/control-route.ts'
import { checkFieldNames, readNumber, readOneOf, readText } from '../../control/fields.ts'
import type { Notification } from '../notifications/notification.ts'
import type { Pay } from '../pay.ts'
import { tamperings } from '../signed-headers.ts'
import { toSearch } from './book-search.ts'
import { getMerchant } from './merchant-control.ts'

const path = '/_sandbox/notifications'
const searchNames = ['mchid', 'outTradeNo', 'outRefundNo']

/** What was sent, and the means to send it again: more than once, in another order, spoilt, somewhere else. */
export function createNotificationControl(pay: Pay): ControlRoute[] {
  const { notifications, notifier } = pay
  return [
    { method: 'GET', path, answer: ({ query }) => notifications.list().filter(toSearch(query)) },
    {
      method: 'POST',
      path,
      async answer({ body }) {
        checkFieldNames(body, ['id', ...searchNames, 'times', 'tamper', 'url'])
        const notification = getNotification(pay, body)
        const times = readNumber(body, 'times', { min: 1, max: 100 }) ?? 1
        const options = {
          tampering: readOneOf(body, 'tamper', tamperings),
          url: readText(body, 'url', /^https?:\/\/\S+$/),
        }
        const merchant = getMerchant(pay, notification.mchid)
        const send = () => notifier.attempt(notification, merchant, options)
        const attempts = await Promise.all(Array.from({ length: times }, send))
        return { id: notification.id, state: notification.state, attempts }
      },
    },
  ]
}

/** By its id, or the newest about the order or refund. */
function getNotification({ notifications }: Pay, body: Record<string, unknown>): Notification {
  const id = readText(body, 'id')
  const search = new URLSearchParams(searchNames.flatMap((name) => toPair(name, readText(body, name))))
  if (id === undefined && search.size === 0)
    throw new ControlError(`give id, or some of ${searchNames.join(', ')}`)
  const found = id === undefined ? notifications.list().findLast(toSearch(search)) : notifications.find(id)
  if (found) return found
  throw new ControlError('there is no such notification', { status: 404 })
}

function toPair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]]
}
