import { demoApps } from './apps/demo-apps.ts'

/** What to type next. Commands and ids, never a secret's value. */
export function toWelcome(url: string): string {
  const appid = demoApps.find(({ kind }) => kind === 'mini_program')?.appid
  return `
Apps with their secrets, and people to log in:
  curl ${url}/_sandbox/apps
  curl ${url}/_sandbox/users

Log the first of them in to the mini program, as wx.login would; the code goes to /sns/jscode2session:
  curl ${url}/_sandbox/users/u1/login -d '{"appid":"${appid}"}'

Stop with Ctrl+C. State is in memory and starts afresh.
`
}
