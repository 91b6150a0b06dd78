/** How long a session of this contract lives after its last use. */
export const lifetimeMs = 99_999 * 1000
