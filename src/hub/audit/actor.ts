/** Who asks for a change: `key:4`, `cli`, `system`; and from which address, where it came over the network. */
export type Actor = { name: string; address: string | null }

/** The hub itself, where no person and no key asked for a change. */
export const systemActor: Actor = { name: 'system', address: null }

/** What WeChat told, and the hub did for that. */
export const wechatActor: Actor = { name: 'wechat', address: null }
