import type { App } from '../apps/app-store.ts'
import { toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

type Rule = { field: string; errcode: number }

const text = { field: 'content', errcode: 44004 }
const media = { field: 'media_id', errcode: 40007 }

/** By msgtype: the field that must be there, and the error when it is not. */
const rules: Record<App['kind'], Record<string, Rule>> = {
  official_account: {
    text,
    image: media,
    voice: media,
    video: media,
    music: { field: 'thumb_media_id', errcode: 40007 },
    news: { field: 'articles', errcode: 44003 },
    mpnews: media,
    mpnewsarticle: { field: 'article_id', errcode: 40035 },
    msgmenu: { field: 'list', errcode: 40035 },
    wxcard: { field: 'card_id', errcode: 40035 },
    miniprogrampage: { field: 'pagepath', errcode: 40035 },
  },
  mini_program: {
    text,
    image: media,
    link: { field: 'url', errcode: 40035 },
    miniprogrampage: { field: 'pagepath', errcode: 40035 },
  },
  open_app: {},
}

const longestTextBytes = 2048

export function checkCustomContent(kind: App['kind'], message: Record<string, unknown>): void {
  const type = toText(message.msgtype)
  const rule = Object.hasOwn(rules[kind], type) ? rules[kind][type] : undefined
  if (rule === undefined) throw new UpstreamError(40008)
  const value = memberOf(message[type], rule.field)
  if (!isPresent(value)) throw new UpstreamError(rule.errcode)
  const isTooLong = type === 'text' && Buffer.byteLength(toText(value)) > longestTextBytes
  if (isTooLong) throw new UpstreamError(45002)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : toText(value) !== ''
}
