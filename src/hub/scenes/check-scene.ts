import { HubError } from '../errors.ts'

/** What fits into a mini-program code. */
export const maxSceneLength = 32
const maxLongSceneLength = 2048

/** A bad_request of its own: some callers know a number for it. */
export class SceneRefused extends HubError {
  constructor(message: string) {
    super('bad_request', message)
  }
}

/** Throws SceneRefused unless WeChat takes the scene: 1 to 32 characters of its set. */
export function checkScene(scene: string): void {
  if (scene === '') throw new SceneRefused('scene is missing')
  if (scene.length > maxSceneLength)
    throw new SceneRefused(`scene has more than ${maxSceneLength} characters`)
  if (!/^[\w!#$&'()*+,/:;=?@.~-]+$/.test(scene)) {
    throw new SceneRefused('scene holds a character that WeChat refuses')
  }
}

/** Throws SceneRefused unless the scene can be stored: up to 2,048 characters, of any kind but control characters. */
export function checkLongScene(scene: string): void {
  if (scene.length > maxLongSceneLength) {
    throw new SceneRefused(`scene has more than ${maxLongSceneLength} characters`)
  }
  // Half of a surrogate pair has no UTF-8, and would come back as another text.
  if (/\p{Cc}/u.test(scene) || !scene.isWellFormed()) {
    throw new SceneRefused('scene holds a character that is no text')
  }
}
