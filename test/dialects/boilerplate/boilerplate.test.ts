import { runCases } from '../run-cases.ts'

runCases('boilerplate', { envelope: 10, gateway: 16, 'mini-program-login': 33, profile: 10 })
