import { runCases } from '../run-cases.ts'

runCases('boilerplate', { envelope: 10, 'mini-program-login': 33, profile: 10 })
