/** What a newcomer types next: commands that work as they stand, and never a secret's value. */
export function describeSandbox(url: string, sandboxUrl: string, appId: string): string {
  return `
The hub talks to an offline WeChat at ${sandboxUrl}. Log a demo user in:

  CODE=$(curl -s ${sandboxUrl}/_sandbox/users/u1/login -H 'content-type: application/json' \\
    -d '{"appid":"${appId}"}' | sed 's/.*"code":"\\([^"]*\\).*/\\1/')
  curl -s ${url}/commcn/api/v1/weixin.oauth -H 'content-type: application/json' -d "{\\"jscode\\":\\"$CODE\\"}"

Its users and apps: curl -s ${sandboxUrl}/_sandbox/users
`
}
