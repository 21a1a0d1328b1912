/** A mail server of one's own on loopback: takes what is sent and keeps it. Always holds: plain SMTP, enough for what sends mail; can be told to refuse. */
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface Letter {
  to: string
  text: string
}
export interface MailServer {
  url: string
  letters: Letter[]
  /** Answers every recipient with this line from now on; undefined: takes them. */
  refuse(line: string | undefined): void
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const letters: Letter[] = []
  const sockets = new Set<Socket>()
  let refusal: string | undefined
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    converse(
      socket,
      () => refusal,
      letter => letters.push(letter),
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    refuse: line => {
      refusal = line
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(done => server.close(() => done()))
    },
  }
}

function converse(socket: Socket, refusal: () => string | undefined, keep: (letter: Letter) => void): void {
  const say = (line: string) => socket.write(`${line}\r\n`)
  let waiting = ''
  let to = ''
  let data: string[] | undefined
  say('220 test ESMTP')
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    waiting += chunk
    for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
      const line = waiting.slice(0, end)
      waiting = waiting.slice(end + 2)
      hear(line)
    }
  })

  function hear(line: string): void {
    if (data) {
      if (line !== '.') return void data.push(line.replace(/^\.\./, '.'))
      keep({ to, text: decode(data) })
      data = undefined
      return void say('250 kept')
    }
    const command = line.slice(0, 4).toUpperCase()
    if (command === 'EHLO') say('250-test\r\n250 8BITMIME')
    else if (command === 'RCPT') {
      to = /<([^>]*)>/.exec(line)?.[1] ?? ''
      say(refusal() ?? '250 ok')
    } else if (command === 'DATA') {
      data = []
      say('354 go on')
    } else if (command === 'QUIT') {
      say('221 bye')
      socket.end()
    } else say('250 ok')
  }
}

/** The words of a letter, whatever its transfer encoding. */
function decode(lines: readonly string[]): string {
  const empty = lines.indexOf('')
  const head = lines.slice(0, empty).join('\n')
  const body = lines.slice(empty + 1)
  if (/transfer-encoding: base64/i.test(head)) return `${head}\n\n${Buffer.from(body.join(''), 'base64').toString('utf8')}`
  if (/transfer-encoding: quoted-printable/i.test(head)) {
    const bytes = body
      .join('\n')
      .replace(/=\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    return `${head}\n\n${Buffer.from(bytes, 'latin1').toString('utf8')}`
  }
  return `${head}\n\n${body.join('\n')}`
}
