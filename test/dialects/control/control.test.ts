import { runCases } from '../run-cases.ts'

runCases('control', {
  'access-token': 25,
  'bad-input': 45,
  code2session: 28,
  decode: 14,
  envelope: 22,
  'open-id': 23,
  ouath2: 27,
  'union-id': 23,
  'qrcode-unlimited': 90,
  'user-info': 28,
})
