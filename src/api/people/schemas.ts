import { Type } from 'typebox'
import { id, reply, seconds, toSeconds } from '../schemas.ts'

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

const receiptFields = {
  receiptId: Type.String(),
  erasedAt: seconds('When the data went'),
  keysBackupLapsesAt: seconds('When the last backup is over that could hold the keys of the person'),
}

const receipt = {
  receiptId: '6c1e4f0a-58d7-4b0e-9d42-0a9c1f6b7e35',
  erasedAt: 1790000000,
  keysBackupLapsesAt: 1792592000,
}

const theSame = 'The receipt; the same for whoever asks again'

export const receiptReply = reply(
  theSame,
  {
    ...receiptFields,
    userId: Type.Integer({ description: 'The user, or the one that it was merged into' }),
  },
  { ...receipt, userId: 17 },
)

export const memberReceiptReply = reply(
  theSame,
  { ...receiptFields, memberId: Type.Integer() },
  { ...receipt, memberId: 6 },
)

export function toReceipt<R extends { erasedAt: number; keysBackupLapsesAt: number }>(erased: R): R {
  const { erasedAt, keysBackupLapsesAt } = erased
  return { ...erased, erasedAt: toSeconds(erasedAt), keysBackupLapsesAt: toSeconds(keysBackupLapsesAt) }
}
