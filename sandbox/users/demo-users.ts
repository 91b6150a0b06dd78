import type { User } from './user-store.ts'

/** The same after each start: one with everything, one without a profile, one who gave no phone. */
export const demoUsers: readonly (Partial<User> & { id: string })[] = [
  {
    id: 'u1',
    nickname: '林小满',
    gender: 2,
    city: 'Guangzhou',
    province: 'Guangdong',
    country: 'CN',
    avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/DemoLinXiaoMan01/132',
    phone: '13800000001',
  },
  { id: 'u2', phone: '13800000002' },
  {
    id: 'u3',
    nickname: 'Chen Bo 🌊',
    gender: 1,
    city: 'Xiamen',
    province: 'Fujian',
    country: 'CN',
    language: 'en',
    avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/DemoChenBo03/132',
  },
]
