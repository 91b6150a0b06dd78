import { runCases } from '../run-cases.ts'

runCases('buyer', {
  bindmember: 30,
  createmember: 28,
  envelope: 7,
  get: 16,
  getbyopenid: 15,
  getlist: 13,
  saveuser: 24,
  unbindmember: 8,
})
