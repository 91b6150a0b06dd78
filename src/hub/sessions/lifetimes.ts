const day = 24 * 60 * 60 * 1000

/** Use prolongs a session, but never beyond this after it was issued. */
export const maxLifeMs = 30 * day

/** A chain ends so long after its login, however often it was renewed. */
export const maxChainMs = 180 * day

/** Sessions that ran out are kept so long, to tell "expired" from "never heard of", and to be renewed. */
export const afterlifeMs = 30 * day
