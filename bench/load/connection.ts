import { connect, type Socket } from 'node:net'

export type Answer = { status: number; body: string }

export type Connection = { send: (request: string) => void; close: () => void }

/**
 * One kept-alive connection with one request under way at a time. Reads no more of HTTP than our contenders
 * speak (ASCII, content-length): the load shares two cores with what it measures.
 */
export async function openConnection(
  port: number,
  onAnswer: (answer: Answer) => void,
  onFailure: (error: Error) => void,
): Promise<Connection> {
  const socket = await connected(port)
  let received = ''
  let isClosing = false
  socket.on('data', (chunk: Buffer) => {
    received = received === '' ? chunk.toString('latin1') : received + chunk.toString('latin1')
    const answer = parseAnswer(received)
    if (answer === null) return
    received = ''
    onAnswer(answer)
  })
  socket.on('error', onFailure)
  socket.on('close', () => {
    if (!isClosing) onFailure(new Error('the contender closed the connection'))
  })
  return {
    send: (request) => socket.write(request, 'latin1'),
    close() {
      isClosing = true
      socket.destroy()
    },
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

/** Null while part of it is still on its way. */
function parseAnswer(text: string): Answer | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const length = contentLength.exec(text)?.[1]
  if (length === undefined) throw new Error(`an answer without content-length: ${text.slice(0, headEnd)}`)
  const body = text.slice(headEnd + 4)
  if (body.length < Number(length)) return null
  if (body.length > Number(length)) throw new Error('more came than one answer')
  return { status: Number(text.slice(9, 12)), body }
}

const contentLength = /\r\ncontent-length: (\d+)\r\n/i
