/** A setting as an operator meets it. `fallback` is what holds where it is not set. */
export type Setting = { name: string; fallback: string; about: { en: string; zh: string } }

const setting = (name: string, fallback: string, en: string, zh: string): Setting => ({
  name,
  fallback,
  about: { en, zh },
})

/** Every setting that `readConfig` reads, in the order of the documents that are made from this list. */
export const settings: readonly Setting[] = [
  setting('WEHUB_HOST', '127.0.0.1', 'Address to listen on.', '监听地址。'),
  setting('WEHUB_PORT', '9001', 'Port; 0 for a free one.', '端口；0 表示任选空闲端口。'),
  setting(
    'WEHUB_PUBLIC_URL',
    '',
    'URL under which the outside reaches the hub. Live: required, https.',
    '外部访问地址。正式模式必填，须为 https。',
  ),
  setting(
    'WEHUB_DATA_DIR',
    './data',
    'Directory of the SQLite file, the images of mini-program codes and, in sandbox mode, the master key.',
    '数据目录，存放 SQLite 文件和小程序码图片；沙箱模式下还存放主密钥。',
  ),
  setting(
    'WEHUB_DATABASE_URL',
    'sqlite:./data/wehub.db',
    'sqlite:<file> or postgres://user:password@host/name. By default wehub.db in the data directory.',
    '数据库：sqlite:<文件> 或 postgres://…；默认为数据目录中的 wehub.db。',
  ),
  setting(
    'WEHUB_MASTER_KEYS',
    '',
    'Master keys id:base64 (32 bytes each), separated by commas: the first seals, the others still unseal. Live: required.',
    '主密钥，形如 id:base64（各 32 字节），逗号分隔：第一把用于加密，其余仅用于解密。正式模式必填。',
  ),
  setting(
    'WEHUB_ADMIN_KEY',
    '',
    'API key of the instance: all scopes, any tenant. Starts with whk_, at least 32 characters.',
    '实例的管理密钥：拥有全部权限与租户。以 whk_ 开头，至少 32 个字符。',
  ),
  setting(
    'WEHUB_WECHAT',
    'sandbox',
    'sandbox: an offline WeChat. live: the real one.',
    'sandbox 为离线沙箱，live 为真实微信。',
  ),
  setting(
    'WEHUB_WECHAT_API_URL',
    '',
    'In place of https://api.weixin.qq.com. With all three hosts set, sandbox mode uses that sandbox and starts none.',
    '替代 https://api.weixin.qq.com。沙箱模式下三者都设置时，使用该沙箱而不再自行启动。',
  ),
  setting(
    'WEHUB_WECHAT_OPEN_URL',
    '',
    'In place of https://open.weixin.qq.com.',
    '替代 https://open.weixin.qq.com。',
  ),
  setting(
    'WEHUB_WECHAT_PAY_URL',
    '',
    'In place of https://api.mch.weixin.qq.com.',
    '替代 https://api.mch.weixin.qq.com。',
  ),
  setting('WEHUB_SANDBOX_PORT', '9002', 'Port of the sandbox.', '沙箱端口。'),
  setting(
    'WEHUB_SANDBOX_ALLOW_BIND',
    '0',
    '1: a sandbox hub may listen beyond this machine (containers).',
    '设为 1 时沙箱模式可监听非本机地址，供容器使用。',
  ),
  setting(
    'WEHUB_TRUSTED_PROXIES',
    '',
    'Proxies whose X-Forwarded-For is believed: addresses or CIDR networks, separated by commas.',
    '可信代理的地址或网段（CIDR），逗号分隔。',
  ),
  setting(
    'WEHUB_WEBHOOK_ALLOW',
    '',
    'Targets that webhooks may reach beyond https on the public internet: networks, addresses or host names, each with an optional :port, separated by commas. A host or address named here may also be plain http.',
    'webhook 除公网 https 外还可访问的目标：网段、地址或主机名，可加 :端口，逗号分隔。在此列出的主机或地址也可使用 http。',
  ),
  setting(
    'WEHUB_KEY_BACKUP_DAYS',
    '30',
    'How many days backups of the person keys are kept: the receipt of an erasure says when the last one lapses.',
    '个人密钥备份的保留天数；删除个人信息的回执据此写明最后一份备份的失效时间。',
  ),
  setting(
    'WEHUB_RETENTION_MESSAGES_DAYS',
    '180',
    'How many days the messages that WeChat pushed are kept; 0: for good.',
    '微信推送的消息保留天数；0 表示永久保留。',
  ),
  setting(
    'WEHUB_RETENTION_UNSUBSCRIBED_DAYS',
    '365',
    'After how many days profile and phone of who unfollowed and was not seen since are forgotten; 0: never.',
    '取消关注且此后未再出现的用户，其资料与手机号在多少天后清除；0 表示不清除。',
  ),
  setting('WEHUB_LOG_LEVEL', 'info', 'fatal, error, warn, info, debug or trace.', '日志级别。'),
  setting(
    'WEHUB_LOG_REQUESTS',
    '0',
    '1: a log line for every request, not only for failed and slow ones.',
    '设为 1 时记录每个请求；默认只记录失败和慢请求。',
  ),
]

/** Names that mean something to other parts of the project. */
export const otherNames: readonly string[] = ['WEHUB_SANDBOX_HOST', 'WEHUB_TEST_DATABASE_URL']
