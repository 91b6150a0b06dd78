/** Whether what was read then may still be believed now. Not if the clock was set back: nobody knows how old it is. */
export function isBelieved(readAt: number, now: number, beliefMs: number): boolean {
  return now >= readAt && now - readAt < beliefMs
}
