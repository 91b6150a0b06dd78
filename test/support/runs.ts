/** How often a random test runs: a short seed of it in `npm test`, twenty times as long in `npm run test:long`. */
export function runs(short: number): number {
  return process.env.WEHUB_TEST_LONG === '1' ? short * 20 : short
}
