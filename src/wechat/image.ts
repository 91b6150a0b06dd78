export type ImageType = 'image/jpeg' | 'image/png'

export type Image = { type: ImageType; bytes: Buffer }

const signatures: [ImageType, Buffer][] = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
]

/** By the first bytes: WeChat's header does not tell an image from a refusal. */
export function findImageType(bytes: Buffer): ImageType | null {
  return signatures.find(([, start]) => bytes.subarray(0, start.length).equals(start))?.[0] ?? null
}
