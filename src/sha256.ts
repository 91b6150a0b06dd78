import { hash } from 'node:crypto'

/**
 * 32 bytes. Node gives every digest that it returns as bytes an ArrayBuffer of its own, which the garbage collector
 * has to free one by one (a sixth of a token read); a text copied into the pool of small buffers does without.
 */
export function sha256(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'binary'), 'latin1')
}
