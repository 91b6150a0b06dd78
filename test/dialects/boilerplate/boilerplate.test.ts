import { runCases } from '../run-cases.ts'

runCases('boilerplate', {
  envelope: 10,
  gateway: 16,
  'mini-program-login': 33,
  profile: 10,
  'web-authorize': 10,
  'web-callback': 16,
  'web-index': 7,
})
