import type { Notification } from './notification.ts'

const keptNotifications = 100_000

export type NotificationStore = ReturnType<typeof createNotificationStore>

/** Every notification with its attempts; the newest are kept. */
export function createNotificationStore() {
  const notifications = new Map<string, Notification>()
  return {
    insert(notification: Notification): void {
      notifications.set(notification.id, notification)
      if (notifications.size <= keptNotifications) return
      const oldest = notifications.keys().next().value
      if (oldest !== undefined) notifications.delete(oldest)
    },
    find: (id: string): Notification | null => notifications.get(id) ?? null,
    list: (): Notification[] => [...notifications.values()],
  }
}
