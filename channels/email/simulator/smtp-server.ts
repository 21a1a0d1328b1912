/**
 * The provider's outgoing server: takes letters of shops for customers [RFC 5321, 4954, 1870, 3461].
 * Always holds: nothing is taken without a sign-in, from an address that is not one's own, for a mailbox that does not exist, or beyond the size that it names;
 * a reply in the documented form for everything that comes.
 */
import { strikes } from '@dragoman/channel-kit/simulator'
import { receiveLetter } from './customer.ts'
import { type LineConnection, type LineServer, lineServer } from './lines.ts'
import type { Shop, World } from './state.ts'

/** What a provider of 25 MB takes. */
export const largestLetter = 25 * 1024 * 1024

interface Envelope {
  from: string
  to: string[]
  envelopeId?: string
  notify: string[]
}

export function smtpServer(world: World): LineServer {
  return lineServer(connection => serve(world, connection))
}

async function serve(world: World, connection: LineConnection): Promise<void> {
  const { faults, environment } = world
  let shop: Shop | undefined
  let envelope: Envelope | undefined
  const say = (line: string) => connection.say(`${line}\r\n`)
  say('220 smtp.simulator.example ESMTP ready')
  for (;;) {
    const line = await connection.line()
    if (line === undefined) return
    const [verb = '', ...words] = line.split(' ')
    const argument = words.join(' ')
    switch (verb.toUpperCase()) {
      case 'EHLO':
        say('250-smtp.simulator.example greets you')
        for (const feature of [`SIZE ${largestLetter}`, '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES', 'AUTH PLAIN LOGIN'])
          say(`250-${feature}`)
        say('250 HELP')
        break
      case 'HELO':
        say('250 smtp.simulator.example')
        break
      case 'AUTH': {
        const credentials = await readCredentials(connection, words)
        const known = credentials && world.state.shops[credentials.user.toLowerCase()]
        const isGood = known !== undefined && known.password === credentials?.password && !strikes(faults, 'expiredToken')
        shop = isGood ? known : undefined
        say(isGood ? '235 2.7.0 Authentication successful' : '535 5.7.8 Username and password not accepted')
        break
      }
      case 'MAIL': {
        const match = /^FROM:\s*<([^>]*)>(.*)$/i.exec(argument)
        if (!shop) say('530 5.7.0 Authentication required')
        else if (!match) say('501 5.5.4 Syntax: MAIL FROM:<address>')
        else if (match[1] !== '' && match[1]!.toLowerCase() !== shop.address) say('553 5.7.1 You may not send as this address')
        else if (Number(/SIZE=(\d+)/i.exec(match[2]!)?.[1] ?? 0) > largestLetter) say('552 5.3.4 Message size exceeds fixed limit')
        else if (strikes(faults, 'rateLimit')) say('450 4.7.1 Sending rate limit exceeded, try again later')
        else {
          const envelopeId = /ENVID=(\S+)/i.exec(match[2]!)?.[1]
          envelope = { from: match[1]!, to: [], notify: [], ...(envelopeId === undefined ? {} : { envelopeId }) }
          say('250 2.1.0 OK')
        }
        break
      }
      case 'RCPT': {
        const match = /^TO:\s*<([^>]*)>(.*)$/i.exec(argument)
        if (!envelope) say('503 5.5.1 MAIL first')
        else if (!match) say('501 5.5.4 Syntax: RCPT TO:<address>')
        else {
          const customer = Object.values(world.state.customers).find(one => one.address === match[1]!.toLowerCase())
          if (!customer) say('550 5.1.1 No such user here')
          else if (customer.isBlocked) say('550 5.7.1 The recipient does not take letters from you')
          else if (customer.isFull) say('452 4.2.2 The recipient’s mailbox is full')
          else {
            envelope.to.push(customer.id)
            envelope.notify = (/NOTIFY=(\S+)/i.exec(match[2]!)?.[1] ?? '').toUpperCase().split(',')
            say('250 2.1.5 OK')
          }
        }
        break
      }
      case 'DATA': {
        if (!envelope?.to.length || !shop) {
          say('503 5.5.1 RCPT first')
          break
        }
        say('354 End data with <CR><LF>.<CR><LF>')
        const raw = await readData(connection)
        if (!raw) return
        if (raw === 'too large') say('552 5.3.4 Message too big for system')
        else if (strikes(faults, 'serverError')) say('451 4.3.0 Temporary system problem')
        else {
          receiveLetter(world, shop, envelope, raw)
          environment.log({
            at: environment.now(),
            direction: 'request',
            what: `SMTP letter of ${raw.length} bytes`,
            status: 250,
            sent: raw.toString('utf8', 0, 600),
            received: '250 2.0.0 OK',
          })
          if (strikes(faults, 'timeoutAfterAccept')) return await new Promise(resolve => connection.socket.once('close', () => resolve()))
          say(`250 2.0.0 OK queued as ${world.state.count}`)
        }
        envelope = undefined
        break
      }
      case 'RSET':
        envelope = undefined
        say('250 2.0.0 OK')
        break
      case 'NOOP':
        say('250 2.0.0 OK')
        break
      case 'QUIT':
        say('221 2.0.0 Bye')
        return
      default:
        say('502 5.5.1 Command not implemented')
    }
  }
}

async function readCredentials(
  connection: LineConnection,
  [kind = '', initial]: string[],
): Promise<{ user: string; password: string } | undefined> {
  const plain = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString('utf8')
  const ask = async (prompt: string) => {
    connection.say(`334 ${Buffer.from(prompt).toString('base64')}\r\n`)
    return plain(await connection.line())
  }
  if (kind.toUpperCase() === 'PLAIN') {
    const [, user = '', password = ''] = (initial === undefined ? await ask('') : plain(initial)).split('\0')
    return { user, password }
  }
  if (kind.toUpperCase() !== 'LOGIN') return undefined
  return { user: initial === undefined ? await ask('Username:') : plain(initial), password: await ask('Password:') }
}

/** Everything up to the line with a single dot; dots at the beginning of lines are taken away [RFC 5321 4.5.2]. */
async function readData(connection: LineConnection): Promise<Buffer | 'too large' | undefined> {
  const lines: string[] = []
  let size = 0
  for (;;) {
    const line = await connection.line()
    if (line === undefined) return undefined
    if (line === '.') break
    size += line.length + 2
    if (size <= largestLetter) lines.push(line.startsWith('.') ? line.slice(1) : line)
  }
  return size > largestLetter ? 'too large' : Buffer.from(`${lines.join('\r\n')}\r\n`)
}
