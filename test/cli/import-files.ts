import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export const openIdOf = (at: number): string => `o_${String(at).padStart(26, '0')}`

export const phoneOf = (at: number): string => `13${String(900_000_000 + at)}`

/** A file of so many members, each with all fields; returns its path. */
export function writeMembers(dir: string, count: number): Promise<string> {
  const header = 'number,name,phone,idCard,sex,birthday,address'
  return write(join(dir, 'members.csv'), header, count, (at) => {
    const rest = `${1 + (at % 2)},1990-03-07,北京市朝阳区某路${at}号`
    return `N-${at},会员${at},${phoneOf(at)},${idCardOf(at)},${rest}`
  })
}

export function writeUsers(dir: string, count: number): Promise<string> {
  return write(join(dir, 'users.csv'), 'openId,nickname', count, (at) => `${openIdOf(at)},用户${at}`)
}

async function write(path: string, header: string, count: number, line: (at: number) => string) {
  function* blocks() {
    yield `${header}\n`
    for (let from = 0; from < count; from += 1000) {
      yield Array.from({ length: Math.min(1000, count - from) }, (_, at) => `${line(from + at)}\n`).join('')
    }
  }
  await pipeline(Readable.from(blocks()), createWriteStream(path))
  return path
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** 1,000 people a day, born from 1950 on; the last digit checks the others. */
function idCardOf(at: number): string {
  const born = new Date(Date.UTC(1950, 0, 1 + Math.floor(at / 1000))).toISOString().slice(0, 10)
  const digits = `110101${born.replaceAll('-', '')}${String(at % 1000).padStart(3, '0')}`
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0)
  return digits + '10X98765432'[sum % 11]
}
