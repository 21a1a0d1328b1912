/**
 * The provider's incoming server: shops read their mailboxes [RFC 3501, 2177]. As much of it as mail programs need to look for new letters.
 * Always holds: read-only for what can be told from outside; numbers in sequence and unique numbers are kept apart; new letters are told in IDLE at once.
 */
import { strikes } from '@dragoman/channel-kit/simulator'
import { type LineConnection, type LineServer, lineServer } from './lines.ts'
import { bytesOf, type Shop, type StoredLetter, type World } from './state.ts'

const features = 'IMAP4rev1 IDLE ID UIDPLUS LITERAL+ AUTH=PLAIN'

export function imapServer(world: World): LineServer {
  return lineServer(connection => serve(world, connection))
}

async function serve(world: World, connection: LineConnection): Promise<void> {
  const say = (line: string) => connection.say(`${line}\r\n`)
  let shop: Shop | undefined
  let isOpen = false
  let idling: string | undefined
  let told = 0
  const tellNews = () => {
    if (shop && isOpen && shop.letters.length > told) {
      told = shop.letters.length
      say(`* ${told} EXISTS`)
    }
  }
  const listener = (changed: Shop) => {
    if (idling !== undefined && changed.address === shop?.address) tellNews()
  }
  world.listeners.add(listener)
  try {
    say(`* OK [CAPABILITY ${features}] IMAP of the simulated provider`)
    for (;;) {
      const words = await readCommand(connection)
      if (!words) return
      if (idling !== undefined) {
        if (/^done$/i.test(words[0] ?? '')) {
          say(`${idling} OK IDLE terminated`)
          idling = undefined
        }
        continue
      }
      const [tag = '*', name = '', ...rest] = words
      const verb = name.toUpperCase()
      const done = (text: string) => say(`${tag} ${text}`)
      switch (verb) {
        case 'CAPABILITY':
          say(`* CAPABILITY ${features}`)
          done('OK done')
          break
        case 'ID':
          say('* ID ("name" "simulated provider")')
          done('OK done')
          break
        case 'LOGIN':
        case 'AUTHENTICATE': {
          const [user = '', password = ''] = verb === 'LOGIN' ? rest : await plainCredentials(connection, rest[1])
          const known = world.state.shops[user.toLowerCase()]
          if (known && known.password === password && !strikes(world.faults, 'expiredToken')) {
            shop = known
            done(`OK [CAPABILITY ${features}] signed in`)
          } else done('NO [AUTHENTICATIONFAILED] Invalid credentials')
          break
        }
        case 'NOOP':
        case 'CHECK':
          tellNews()
          done('OK done')
          break
        case 'LOGOUT':
          say('* BYE')
          done('OK done')
          return
        default:
          if (!shop) done('NO Sign in first')
          else if (verb === 'LIST' || verb === 'LSUB') {
            say(`* ${verb} (\\HasNoChildren) "/" INBOX`)
            done('OK done')
          } else if (verb === 'SELECT' || verb === 'EXAMINE') {
            isOpen = (rest[0] ?? '').toUpperCase() === 'INBOX'
            if (!isOpen) done('NO [NONEXISTENT] Unknown mailbox')
            else {
              told = shop.letters.length
              say('* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)')
              say(`* ${told} EXISTS`)
              say('* 0 RECENT')
              say(`* OK [UIDVALIDITY ${shop.uidValidity}] valid`)
              say(`* OK [UIDNEXT ${shop.nextUid}] next`)
              done(`OK [${verb === 'EXAMINE' ? 'READ-ONLY' : 'READ-WRITE'}] opened`)
            }
          } else if (verb === 'STATUS') {
            say(`* STATUS INBOX (MESSAGES ${shop.letters.length} UIDNEXT ${shop.nextUid} UIDVALIDITY ${shop.uidValidity})`)
            done('OK done')
          } else if (!isOpen) done('BAD Open a mailbox first')
          else if (verb === 'IDLE') {
            idling = tag
            say('+ idling')
            tellNews()
          } else if (verb === 'CLOSE' || verb === 'UNSELECT') {
            isOpen = false
            done('OK done')
          } else {
            const isByUid = verb === 'UID'
            const command = isByUid ? (rest.shift() ?? '').toUpperCase() : verb
            if (command === 'SEARCH')
              say(
                `* SEARCH${search(shop, rest)
                  .map(letter => ` ${isByUid ? letter.uid : shop!.letters.indexOf(letter) + 1}`)
                  .join('')}`,
              )
            else if (command === 'FETCH') {
              const items = rest.slice(1).join(' ')
              for (const letter of chosen(shop, rest[0] ?? '', isByUid)) connection.say(fetched(world, shop, letter, items, isByUid))
            } else {
              done('BAD Unknown command')
              break
            }
            done('OK done')
          }
      }
    }
  } finally {
    world.listeners.delete(listener)
  }
}

/** The words of a command; strings may be quoted or come as literals. */
async function readCommand(connection: LineConnection): Promise<string[] | undefined> {
  const words: string[] = []
  for (;;) {
    const line = await connection.line()
    if (line === undefined) return undefined
    const literal = /\{(\d+)(\+?)\}$/.exec(line)
    const before = literal ? line.slice(0, literal.index) : line
    for (const [, quoted, bare] of before.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g))
      words.push(quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1'))
    if (!literal) return words
    if (literal[2] === '') connection.say('+ go on\r\n')
    const bytes = await connection.bytes(Number(literal[1]))
    if (!bytes) return undefined
    words.push(bytes.toString('utf8'))
  }
}

async function plainCredentials(connection: LineConnection, initial: string | undefined): Promise<string[]> {
  if (initial === undefined) connection.say('+ \r\n')
  const text = initial ?? (await connection.line()) ?? ''
  return Buffer.from(text, 'base64').toString('utf8').split('\0').slice(1)
}

function search(shop: Shop, words: readonly string[]): StoredLetter[] {
  const byUid = words.findIndex(word => word.toUpperCase() === 'UID')
  return byUid < 0 ? shop.letters : chosen(shop, words[byUid + 1] ?? '', true)
}

/** Letters of a set like `3,5:*`; a range to `*` always holds the last one. */
function chosen(shop: Shop, set: string, isByUid: boolean): StoredLetter[] {
  const numberOf = (letter: StoredLetter, index: number) => (isByUid ? letter.uid : index + 1)
  const last = shop.letters.length === 0 ? 0 : numberOf(shop.letters.at(-1)!, shop.letters.length - 1)
  const ranges = set.split(',').map(range => {
    const [from = '', to = from] = range.split(':')
    const [a, b] = [from, to].map(text => (text === '*' ? last : Number(text))) as [number, number]
    return [Math.min(a, b), Math.max(a, b)] as const
  })
  return shop.letters.filter((letter, index) =>
    ranges.some(([from, to]) => numberOf(letter, index) >= from && numberOf(letter, index) <= to),
  )
}

function fetched(world: World, shop: Shop, letter: StoredLetter, items: string, isByUid: boolean): Buffer {
  const facts: string[] = []
  const wants = (item: RegExp) => item.test(items)
  if (isByUid || wants(/\bUID\b/i)) facts.push(`UID ${letter.uid}`)
  if (wants(/\bFLAGS\b/i)) facts.push('FLAGS ()')
  if (wants(/RFC822\.SIZE/i)) facts.push(`RFC822.SIZE ${letter.size}`)
  if (wants(/INTERNALDATE/i)) facts.push(`INTERNALDATE "${internalDate(letter.at)}"`)
  const body = /BODY(?:\.PEEK)?\[(HEADER)?\](?:<(\d+)\.(\d+)>)?/i.exec(items)
  const head = `* ${shop.letters.indexOf(letter) + 1} FETCH (${facts.join(' ')}`
  if (!body) return Buffer.from(`${head})\r\n`)
  const whole = bytesOf(world, letter)
  const end = body[1] ? whole.indexOf('\r\n\r\n') + 4 : whole.length
  const from = Number(body[2] ?? 0)
  const bytes = whole.subarray(from, Math.min(end, body[3] === undefined ? end : from + Number(body[3])))
  const name = `BODY[${body[1] ?? ''}]${body[2] === undefined ? '' : `<${body[2]}>`}`
  return Buffer.concat([Buffer.from(`${head} ${name} {${bytes.length}}\r\n`), bytes, Buffer.from(')\r\n')])
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function internalDate(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}
