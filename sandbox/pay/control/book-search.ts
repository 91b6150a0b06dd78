type Entry = { mchid: string; outTradeNo: string; outRefundNo?: string | null }

/** Narrows a list by `mchid`, `outTradeNo` and `outRefundNo` of the query. */
export function toSearch(query: URLSearchParams): (entry: Entry) => boolean {
  const wanted = (['mchid', 'outTradeNo', 'outRefundNo'] as const).flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [{ name, value }]
  })
  return (entry) => wanted.every(({ name, value }) => entry[name] === value)
}
