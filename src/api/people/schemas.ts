import { Type } from 'typebox'
import { id, reply, seconds } from '../schemas.ts'

export const personParams = Type.Object({ userId: id("The id of the person's user") })

/** As it is held: what stands in it is the person's, and grows with what the hub can hold. */
export const exportReply = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'One JSON file with everything that is held about the person; times in it are unix milliseconds',
  examples: [
    {
      user: { id: 17, nickname: '林小满', unionId: 'oICvGhBHUG5P2dWIenQeRXw9vmC4' },
      identities: [{ appId: 'wx3f0a7c51e8d2b964', openId: 'opiKFmG5RRwqeOPfgJzGhSUsgOM5' }],
      sessions: [],
    },
  ],
})

export const receiptReply = reply(
  'The receipt; the same for whoever asks again',
  {
    receiptId: Type.String(),
    userId: Type.Integer({ description: 'The user, or the one that it was merged into' }),
    erasedAt: seconds('When the data went'),
    keysBackupLapsesAt: seconds('When the last backup is over that could hold the keys of the person'),
  },
  {
    receiptId: '6c1e4f0a-58d7-4b0e-9d42-0a9c1f6b7e35',
    userId: 17,
    erasedAt: 1790000000,
    keysBackupLapsesAt: 1792592000,
  },
)
