import { runCases } from '../run-cases.ts'

runCases('commcn', {
  'bad-input': 160,
  envelope: 50,
  'get-qrcode': 118,
  oauth: 40,
  'refund-pay': 90,
  'update-user-info': 45,
})
