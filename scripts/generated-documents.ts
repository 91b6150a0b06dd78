import { apiErrors } from '../src/api/errors.ts'
import { errcodeRemedies } from '../src/cli/errcode-remedies.ts'
import { boilerplateErrors } from '../src/dialects/boilerplate/errors.ts'
import { controlErrors } from '../src/dialects/control/errors.ts'
import { ginrpcErrors } from '../src/http/ginrpc-errors.ts'
import { errorCodes } from '../src/hub/errors.ts'
import { settings } from '../src/settings.ts'

const note = '<!-- Made by `npm run docs` from the code; a test compares it. -->'

/** Documents that are made from the code, by their paths. */
export const generatedDocuments: Record<string, () => string> = {
  '.env.example': envExample,
  'docs/configuration.md': configuration,
  'docs/errors.md': errors,
}

function envExample(): string {
  const lines = settings.map(
    ({ name, fallback, about }) => `# ${about.en}\n# ${about.zh}\n#${name}=${fallback}\n`,
  )
  return [
    '# Settings of WeHub. Copy to .env and change what you need; variables of the environment win over the file.',
    '# WeHub 的设置。复制为 .env 后按需修改；环境变量优先于本文件。\n',
    ...lines,
    '# Address of a sandbox that runs alone (npm run sandbox).',
    '# 单独运行沙箱时的监听地址。',
    '#WEHUB_SANDBOX_HOST=127.0.0.1\n',
  ].join('\n')
}

function configuration(): string {
  const rows = settings.map(({ name, fallback, about }) => {
    const shown = fallback === '' ? '' : `\`${fallback}\``
    return `| \`${name}\` | ${shown} | ${about.en}<br>${about.zh} |`
  })
  return `# Settings · 配置

${note}

Settings are variables of the environment, or lines of a file \`.env\` in the working directory. All that is wrong
with them is reported together, before anything starts. Everything else (apps, mounts, keys) lives in the database.

配置来自环境变量或工作目录中的 \`.env\` 文件。所有错误会在启动前一次性报告。应用、挂载、密钥等保存在数据库中。

| setting | default | |
| --- | --- | --- |
${rows.join('\n')}
`
}

function errors(): string {
  const cell = (value: string | number): string => String(value)
  const rows = errorCodes.map((code) =>
    [
      `\`${code}\``,
      cell(apiErrors[code].status),
      `${ginrpcErrors[code].status} · ${ginrpcErrors[code].code}`,
      cell(controlErrors[code].code),
      `${boilerplateErrors[code].status} · ${boilerplateErrors[code].code}`,
    ].join(' | '),
  )
  const remedies = Object.entries(errcodeRemedies)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(
      ([errcode, { cause, remedy }]) =>
        `| ${errcode} | ${cause.en}<br>${cause.zh} | ${remedy.en}<br>${remedy.zh} |`,
    )
  return `# Errors · 错误码

${note}

One error of the hub, and how each surface tells it: HTTP status · number. With the envelope \`ginrpc\` the HTTP
status is 200, but for 404, 405 and 413, and a dead session is 1018. \`control\` answers HTTP 200 with its number.

| error | API | commcn, shares | control | boilerplate |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

## WeChat's numbers · 微信错误码

What they mean to whoever runs the hub, and what to do. \`npx wehub doctor\` says the same of your own apps.

| errcode | cause · 原因 | remedy · 处理 |
| --- | --- | --- |
${remedies.join('\n')}
`
}
