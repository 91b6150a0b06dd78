import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HubError } from '../hub/errors.ts'
import { createLog } from './log.ts'

function logError(err: unknown) {
  const lines: string[] = []
  createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }).error({ err }, 'failed')
  return JSON.parse(lines.join('')).err
}

test('logs of an error what is safe: no fields that a driver or client hung on it', () => {
  const driver = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (open_id)=(oSecret)',
  })
  const logged = logError(new HubError('internal', 'unexpected', { cause: driver }))
  equal(JSON.stringify(logged).includes('oSecret'), false)
  deepEqual([logged.cause.code, logged.cause.message], ['23505', 'duplicate key'])
})

test('shows what WeChat answered, with the id by which Tencent finds the call', () => {
  const cause = { errcode: 40164, errmsg: 'invalid ip', rid: '1-2-3' }
  const logged = logError(new HubError('app_misconfigured', 'WeChat answered 40164', { cause }))
  deepEqual(
    [logged.code, logged.errcode, logged.rid, logged.stack],
    ['app_misconfigured', 40164, '1-2-3', undefined],
  )
})
