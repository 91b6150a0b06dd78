import { runCases } from '../run-cases.ts'

runCases('buyer', {
  bindmember: 30,
  createmember: 28,
  envelope: 7,
  get: 19,
  getbyopenid: 15,
  getlist: 13,
  saveuser: 25,
  unbindmember: 8,
})
