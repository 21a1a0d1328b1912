/** SMPP 3.4 as a carrier reads and writes it. Its own code, from the specification; it shares nothing with the runner that it tests. */

export interface Pdu {
  id: number
  status: number
  sequence: number
  body: Buffer
}

export const ids = {
  nack: 0x80000000,
  bindReceiver: 1,
  bindTransmitter: 2,
  submit: 4,
  deliver: 5,
  unbind: 6,
  bindTransceiver: 9,
  enquire: 21,
}

export function frame(id: number, status: number, sequence: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const whole = Buffer.alloc(16 + body.length)
  for (const [index, value] of [whole.length, id, status, sequence].entries()) whole.writeUInt32BE(value >>> 0, index * 4)
  body.copy(whole, 16)
  return whole
}

/** Fields one after the other: numbers of one byte and texts that end with a zero. */
export function fieldReader(body: Buffer) {
  let at = 0
  return {
    int: () => body[at++] ?? 0,
    str() {
      const zero = body.indexOf(0, at)
      const value = body.toString('latin1', at, zero < 0 ? body.length : zero)
      at = zero < 0 ? body.length : zero + 1
      return value
    },
    raw(length: number) {
      at += length
      return body.subarray(at - length, at)
    },
    isOver: () => at > body.length,
  }
}

export interface Submitted {
  source: string
  sourceTon: number
  destination: string
  esmClass: number
  validity: string
  registered: number
  coding: number
  message: Buffer
  isWhole: boolean
}

export function readSubmit(body: Buffer): Submitted {
  const field = fieldReader(body)
  field.str()
  const [sourceTon] = [field.int(), field.int()]
  const source = field.str()
  field.int()
  field.int()
  const destination = field.str()
  const esmClass = field.int()
  field.int()
  field.int()
  field.str()
  const validity = field.str()
  const registered = field.int()
  field.int()
  const coding = field.int()
  field.int()
  const length = field.int()
  const message = field.raw(length)
  return {
    source,
    sourceTon: sourceTon!,
    destination,
    esmClass,
    validity,
    registered,
    coding,
    message,
    isWhole: !field.isOver() && message.length === length,
  }
}

export interface Delivery {
  source: string
  destination: string
  esmClass: number
  coding: number
  message: Buffer
  /** Optional parameters. */
  options?: [number, Buffer][]
}

export function deliverBody({ source, destination, esmClass, coding, message, options = [] }: Delivery): Buffer {
  const str = (text: string) => Buffer.from(`${text}\0`, 'latin1')
  const tlv = ([tag, value]: [number, Buffer]) => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(tag, 0)
    head.writeUInt16BE(value.length, 2)
    return Buffer.concat([head, value])
  }
  return Buffer.concat([
    str(''),
    Buffer.from([1, 1]),
    str(source),
    Buffer.from([1, 1]),
    str(destination),
    Buffer.from([esmClass, 0, 0]),
    str(''),
    str(''),
    Buffer.from([0, 0, coding, 0, message.length]),
    message,
    ...options.map(tlv),
  ])
}
