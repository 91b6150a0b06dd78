import { runCases } from '../run-cases.ts'

runCases('shares', {
  'bad-input': 160,
  envelope: 60,
  'get-qrcode': 118,
  'get-user-info': 40,
  oauth: 75,
  're-login': 55,
  'update-user-info': 95,
  'upset-user-info': 85,
})
