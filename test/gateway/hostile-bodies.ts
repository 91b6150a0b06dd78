import { textMessage, toXml } from '../support/push.ts'

export type HostileBody = { name: string; body: Buffer; mayBeTaken?: true }

const good = toXml(textMessage('77', 'o_hostile', 'innocent'))
const inner = good.slice('<xml>'.length, -'</xml>'.length)
const json = JSON.stringify(textMessage('78', 'o_hostile', 'innocent'))

/** Bodies that should harm nobody: refused, or (`mayBeTaken`) stored as the text that they are. */
export function listHostileBodies(): HostileBody[] {
  return [...doctypes(), ...structures(), ...characters(), ...jsons(), ...truncations(), ...takenAsText()]
}

function of(name: string, body: string | Buffer, mayBeTaken = false): HostileBody {
  return { name, body: Buffer.from(body), ...(mayBeTaken && { mayBeTaken }) }
}

function doctypes(): HostileBody[] {
  const bomb = Array.from({ length: 12 }, (_, at) => {
    const former = at === 0 ? 'lol' : `&e${at - 1};`.repeat(10)
    return `<!ENTITY e${at} "${former}">`
  }).join('')
  const heads = {
    'empty doctype': '<!DOCTYPE xml>',
    'lower-case doctype': '<!doctype xml>',
    'file entity': '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    'http entity': '<!DOCTYPE xml [<!ENTITY a SYSTEM "http://127.0.0.1:1/">]>',
    'public entity': '<!DOCTYPE xml PUBLIC "-//A//B" "http://127.0.0.1:1/a.dtd">',
    'parameter entity': '<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a.dtd"> %a;]>',
    'entity bomb': `<!DOCTYPE xml [${bomb}]>`,
    'quadratic bomb': `<!DOCTYPE xml [<!ENTITY a "${'a'.repeat(20_000)}">]>`,
    'loop of entities': '<!DOCTYPE xml [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
    'element declaration': '<!DOCTYPE xml [<!ELEMENT xml ANY>]>',
    'attribute list': '<!DOCTYPE xml [<!ATTLIST xml a CDATA "b">]>',
    comment: '<!-- -->',
    'unfinished comment': '<!-- ',
    'stylesheet instruction': '<?xml-stylesheet href="http://127.0.0.1:1/"?>',
    'php instruction': '<?php system("id") ?>',
    'second declaration': '<?xml version="1.0"?><?xml version="1.0"?>',
    'declaration of version 1.1': '<?xml version="1.1"?>',
    'entity declaration alone': '<!ENTITY a "b">',
  }
  const used = good.replace('innocent]]>', ']]>&a;&e11;<![CDATA[')
  return Object.entries(heads).flatMap(([name, head]) => [
    of(name, head + good),
    of(`${name}, used`, head + used),
    of(`${name} inside`, `<xml>${head}${inner}</xml>`),
    of(`${name} at the end`, good + head),
    of(`${name} behind a declaration`, `<?xml version="1.0" encoding="UTF-8"?>${head}${good}`),
  ])
}

function structures(): HostileBody[] {
  const nested = (count: number) => `<xml>${'<a>'.repeat(count)}${'</a>'.repeat(count)}${inner}</xml>`
  return [
    ...[6, 7, 100, 1000, 9000, 40_000].map((count) => of(`${count} nested tags`, nested(count))),
    of('40,000 open tags', '<a>'.repeat(40_000)),
    of('8,000 open tags', '<a>'.repeat(8000)),
    of('8,000 closing tags', '</a>'.repeat(8000)),
    of('10 MB', `<xml>${'<a>b</a>'.repeat(1_250_000)}</xml>`),
    of('1 MB of text', `<xml><Content>${'x'.repeat(1_000_000)}</Content></xml>`),
    of('1 MB of blanks', ' '.repeat(1_000_000)),
    of('65,000 blanks', ' '.repeat(65_000)),
    of('65,000 angle brackets', '<'.repeat(65_000)),
    of('65,000 ampersands', `<xml><Content>${'&'.repeat(65_000)}</Content></xml>`),
    of('unfinished CDATA', `<xml>${'<![CDATA['.repeat(7000)}</xml>`),
    of('unfinished tag', `<xml><${'a'.repeat(60_000)}`),
    of('a name of 60,000 characters', `<xml><${'a'.repeat(60_000)}/></xml>`),
    of('60,000 blanks in a tag', `<xml><a${' '.repeat(60_000)}</xml>`),
    ...['FromUserName', 'MsgType', 'MsgId', 'CreateTime', 'Content'].map((name) =>
      of(`${name} twice`, `<xml>${inner}<${name}>other</${name}></xml>`),
    ),
    of('everything twice', `<xml>${inner}${inner}</xml>`),
    of('two roots', good + good),
    of('text behind the root', `${good}text`),
    of('text before the root', `text${good}`),
    of('crossed tags', '<xml><a><b></a></b></xml>'),
    of('a root that is not closed', `<xml>${inner}`),
    of('attributes', good.replace('<MsgType>', '<MsgType a="b">')),
    of('an attribute that is not closed', good.replace('<MsgType>', '<MsgType a="b>')),
    of('namespaces', good.replace('<xml>', '<xml xmlns:a="http://127.0.0.1:1/">')),
    of('an inclusion', `<xml><xi:include href="file:///etc/passwd"/>${inner}</xml>`),
    of(
      'fields below the sender',
      good.replace(/<FromUserName>.*?<\/FromUserName>/, '<FromUserName><a>o_1</a></FromUserName>'),
    ),
    of('fields below the text', good.replace(/<Content>.*?<\/Content>/, '<Content><a>o_1</a></Content>')),
    of('no sender', good.replace(/<FromUserName>.*?<\/FromUserName>/, '')),
    of('no kind', good.replace(/<MsgType>.*?<\/MsgType>/, '')),
    of('no time', good.replace(/<CreateTime>.*?<\/CreateTime>/, '')),
    of('an event without a name', good.replace('<![CDATA[text]]></MsgType>', 'event</MsgType>')),
    of('a time that is none', good.replace(/<CreateTime>\d+/, '<CreateTime>1e9')),
    of('a time before 1970', good.replace(/<CreateTime>\d+/, '<CreateTime>-1')),
    of('a time beyond all', good.replace(/<CreateTime>\d+/, `<CreateTime>${'9'.repeat(400)}`)),
    ...['__proto__', 'constructor', 'prototype'].flatMap((name) => [
      of(`a field ${name}`, `<xml><${name}><isAdmin>1</isAdmin></${name}>${inner}</xml>`),
      of(`a field ${name} below`, `<xml><a><${name}>1</${name}></a>${inner}</xml>`),
      of(`a root ${name}`, `<${name}>${inner}</${name}>`),
    ]),
    of('an empty root', '<xml></xml>'),
    of('a closed root', '<xml/>'),
    of('text as the root', '<xml>text</xml>'),
    of('no root', '<?xml version="1.0"?>'),
    of('a page', '<!DOCTYPE html><html><script>alert(1)</script></html>'),
    of('a form', 'FromUserName=o_1&MsgType=text'),
    of('a SOAP envelope', '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>'),
  ]
}

function characters(): HostileBody[] {
  const controls = [0, 1, 2, 8, 11, 12, 14, 27, 31].flatMap((code) => [
    of(`the character ${code} in a text`, good.replace('[innocent]', `[te${String.fromCharCode(code)}xt]`)),
    of(`the character ${code} in front`, String.fromCharCode(code) + good),
  ])
  const encodings = ['UTF-16', 'utf-7', 'GBK', 'ISO-8859-1', 'UTF-32', 'cp037'].map((name) =>
    of(`declared as ${name}`, `<?xml version="1.0" encoding="${name}"?>${good}`),
  )
  return [
    ...controls,
    ...encodings,
    of('UTF-16', Buffer.from(good, 'utf16le')),
    of('UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good, 'utf16le')])),
    of('UTF-7', good.replace('[innocent]', '[+ADw-script+AD4-]').replace('<xml>', '+ADw-xml+AD4-')),
    of(
      'a byte that is no UTF-8',
      Buffer.concat([Buffer.from(good.slice(0, -6)), Buffer.from([0xff]), Buffer.from('</xml>')]),
    ),
    of(
      'an overlong slash',
      Buffer.concat([Buffer.from('<xml>'), Buffer.from([0xc0, 0xaf]), Buffer.from(`${inner}</xml>`)]),
    ),
    of(
      'half of a surrogate pair',
      Buffer.concat([Buffer.from('<xml>'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('</xml>')]),
    ),
    of('random bytes', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256))),
    of('gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3])),
    of('nothing but a mark', Buffer.from([0xef, 0xbb, 0xbf])),
    of('nothing', ''),
  ]
}

function jsons(): HostileBody[] {
  return [
    ...[7, 1000, 20_000].map((count) =>
      of(`${count} nested objects`, `${'{"a":'.repeat(count)}1${'}'.repeat(count)}`),
    ),
    ...[7, 30_000].map((count) =>
      of(`${count} nested lists`, `{"a":${'['.repeat(count)}${']'.repeat(count)}}`),
    ),
    of('1 MB of JSON', `{"a":"${'x'.repeat(1_000_000)}"}`),
    of('a list', `[${json}]`),
    of('a text', '"text"'),
    of('null', 'null'),
    of('a number', '1'),
    of('a trailing comma', json.replace('}', ',}')),
    of('a comment', `/* */${json}`),
    of('two objects', json + json),
    of('a NUL', json.replace('"innocent"', '"te\\u0000xt"')),
    of('half a surrogate pair', json.replace('"innocent"', '"\\ud800"')),
    of('an object as the sender', json.replace('"o_hostile"', '{"toString":1}')),
    of('a list as the sender', json.replace('"o_hostile"', '["o_1"]')),
    of('an object as the id', json.replace('"78"', '{"$gt":""}')),
    of('__proto__ as a field', json.replace('{', '{"__proto__":{"isAdmin":true},')),
    of('__proto__ below', json.replace('{', '{"a":{"__proto__":{"isAdmin":true}},')),
    of('constructor as a field', json.replace('{', '{"constructor":{"prototype":{"isAdmin":true}},')),
    of('a huge number as the time', json.replace(/"CreateTime":\d+/, '"CreateTime":1e308')),
    of('SQL as the sender', json.replace('o_hostile', "'; drop table messages; --")),
    of('a path as the sender', json.replace('o_hostile', '../../etc/passwd')),
  ]
}

function truncations(): HostileBody[] {
  const cut = (text: string, format: string) => {
    const bytes = Buffer.from(text)
    return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, at) =>
      of(`${format} cut at byte ${at * 16}`, bytes.subarray(0, at * 16)),
    )
  }
  return [...cut(good, 'XML'), ...cut(json, 'JSON')]
}

function takenAsText(): HostileBody[] {
  const contents = {
    'an end of CDATA': 'a]]]]><![CDATA[>b',
    'a tag': '<script>alert(1)</script>',
    'an entity': '&a;&#0;&#x41;%a;',
    'an end of the root': '</xml>',
    SQL: "'; drop table messages; --",
    'a template': '{{7*7}}<%= 7 %>',
    'a header': 'a\r\nSet-Cookie: a=b',
    'marks of direction': '\u202e\u2066\ufeff\u200b',
    emoji: '👩‍👩‍👧‍👦'.repeat(100),
  }
  return [
    ...Object.entries(contents).map(([name, content], at) =>
      of(
        `${name} as the text`,
        good.replace('[innocent]', `[${content}]`).replace('[77]', `[taken${at}]`),
        true,
      ),
    ),
    of(
      'fields of an object',
      good.replace('<xml>', '<xml><toString>1</toString><hasOwnProperty>1</hasOwnProperty>'),
      true,
    ),
    of('a declaration', `<?xml version="1.0" encoding="utf-8"?>\n${good}`, true),
    of('a mark in front', `\ufeff${good}`, true),
    of('6 levels', `<xml><a><b><c><d><e>1</e></d></c></b></a>${inner}</xml>`, true),
    of('JSON with a field twice', json.replace('{', '{"MsgType":"image",'), true),
    of('JSON with markup', json.replace('"innocent"', '"<!DOCTYPE a>"'), true),
  ]
}
