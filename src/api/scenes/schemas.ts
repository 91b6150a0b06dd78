import { Type } from 'typebox'
import { reply, seconds } from '../schemas.ts'

export const sceneParams = Type.Object({
  id: Type.String({
    maxLength: 96,
    description: 'The `scene` of the mini program, after decodeURIComponent',
  }),
})

const shortScene = '~wh.c3RhbmRzIGZvciBhIGxvbmcgc2Nl'

export const sceneReply = reply(
  'The long scene',
  {
    id: Type.String(),
    appId: Type.String(),
    scene: Type.String(),
    createdAt: seconds('When the first code with it was made'),
  },
  {
    id: shortScene,
    appId: 'wx3f0a7c51e8d2b964',
    scene: 'goods=10086&from=朋友圈&invitedBy=opiKFmG5RRwqeOPfgJzGhSUsgOM5',
    createdAt: 1790000000,
  },
)
