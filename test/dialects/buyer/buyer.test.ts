import { runCases } from '../run-cases.ts'

runCases('buyer', {
  bindmember: 30,
  createmember: 29,
  envelope: 7,
  get: 21,
  getbyopenid: 17,
  getlist: 13,
  saveuser: 27,
  unbindmember: 8,
})
