import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { toImprovement } from './profile.ts'

const grey =
  'https://mmbiz.qpic.cn/mmbiz/icTdbqWNOwNRna42FI242Lcia07jQodd2FJGIYQfG0LAJGFxM4FbnQP6yfMxBgJ0F3YRqJCJ1aPAK2dQagdusBZg/0'

test('drops what is empty and what WeChat puts in place of a real value', () => {
  deepEqual(
    toImprovement({ nickname: '微信用户', avatarUrl: grey, gender: 0, city: '', country: undefined }),
    {},
  )
  deepEqual(toImprovement({ nickname: ' ', avatarUrl: 'https://a.example/1' }), {
    avatarUrl: 'https://a.example/1',
  })
})

test('refuses what no profile can hold, naming the field', () => {
  const bad = [
    { nickname: 'x'.repeat(65) },
    { nickname: 'a\u0000b' },
    { avatarUrl: 'javascript:alert(1)' },
    { avatarUrl: `https://a.example/${'x'.repeat(1100)}` },
    { gender: 3 },
    { city: 'line\nbreak' },
  ]
  for (const patch of bad) {
    const [field] = Object.keys(patch)
    throws(() => toImprovement(patch), {
      code: 'bad_request',
      message: new RegExp(field === 'avatarUrl' ? 'avatar' : String(field)),
    })
  }
})
