/**
 * SMPP 3.4 on the wire: what a client says and what it may hear. https://smpp.org/SMPP_v3_4_Issue1_2.pdf
 * Always holds: reading never throws; a PDU of an impossible length ends the reading, because nothing behind it can be trusted.
 */
import type { ShortMessage } from '@dragoman/core'

export const commands = {
  genericNack: 0x80000000,
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submit: 0x04,
  deliver: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
} as const
/** A response has the command's number with the highest bit set. */
export const response = 0x80000000

export const statusOk = 0
/** ESME_RINVCMDID */
export const statusUnknownCommand = 0x03

const headerBytes = 16
/** No PDU that we can be sent is longer: a payload has 64 KB at most. */
const longestPdu = 80 * 1024

export interface Pdu {
  command: number
  status: number
  sequence: number
  body: Buffer
}

export interface DeliveredMessage {
  source: { ton: number; npi: number; address: string }
  destination: { ton: number; npi: number; address: string }
  esmClass: number
  dataCoding: number
  /** Hexadecimal, with its user data header; of `message_payload` where it stands there. */
  shortMessage: string
  /** Optional parameters by tag, both in hexadecimal: `001e`. */
  optional: Record<string, string>
}

export function encodePdu({ command, status, sequence, body }: Pdu): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(headerBytes + body.length, 0)
  header.writeUInt32BE(command >>> 0, 4)
  header.writeUInt32BE(status >>> 0, 8)
  header.writeUInt32BE(sequence >>> 0, 12)
  return Buffer.concat([header, body])
}

/** The whole PDUs at the beginning of the bytes, and what is left over; `isBroken` where the rest makes no sense. */
export function decodePdus(bytes: Buffer): { pdus: Pdu[]; rest: Buffer; isBroken: boolean } {
  const pdus: Pdu[] = []
  let place = 0
  while (bytes.length - place >= headerBytes) {
    const length = bytes.readUInt32BE(place)
    if (length < headerBytes || length > longestPdu) return { pdus, rest: bytes.subarray(place), isBroken: true }
    if (bytes.length - place < length) break
    pdus.push({
      command: bytes.readUInt32BE(place + 4),
      status: bytes.readUInt32BE(place + 8),
      sequence: bytes.readUInt32BE(place + 12),
      body: bytes.subarray(place + headerBytes, place + length),
    })
    place += length
  }
  return { pdus, rest: bytes.subarray(place), isBroken: false }
}

export function bindBody(systemId: string, password: string, systemType: string): Buffer {
  // interface_version 3.4, address type and plan unknown, no range.
  return Buffer.concat([text(systemId, 15), text(password, 64), text(systemType, 12), Buffer.from([0x34, 0, 0, 0])])
}

export function submitBody(message: ShortMessage): Buffer {
  const words = Buffer.from(message.shortMessage, 'hex')
  const { source, destination } = message
  return Buffer.concat([
    text('', 5), // service_type
    Buffer.from([source.ton, source.npi]),
    text(source.address, 20),
    Buffer.from([destination.ton, destination.npi]),
    text(destination.address, 20),
    Buffer.from([message.esmClass, 0, 0]), // protocol_id, priority_flag
    text('', 16), // schedule_delivery_time
    text(message.validityPeriod, 16),
    Buffer.from([message.registeredDelivery, 0, message.dataCoding, 0, Math.min(254, words.length)]),
    words.subarray(0, 254),
  ])
}

/** The message id of a response to `submit_sm`. */
export function messageIdOf(body: Buffer): string {
  return createReader(body).text()
}

export function readDeliver(body: Buffer): DeliveredMessage {
  const reader = createReader(body)
  reader.text() // service_type
  const source = { ton: reader.byte(), npi: reader.byte(), address: reader.text() }
  const destination = { ton: reader.byte(), npi: reader.byte(), address: reader.text() }
  const esmClass = reader.byte()
  reader.byte() // protocol_id
  reader.byte() // priority_flag
  reader.text() // schedule_delivery_time
  reader.text() // validity_period
  reader.byte() // registered_delivery
  reader.byte() // replace_if_present
  const dataCoding = reader.byte()
  reader.byte() // sm_default_msg_id
  const shortMessage = reader.bytes(reader.byte())
  const optional = reader.optional()
  return {
    source,
    destination,
    esmClass,
    dataCoding,
    shortMessage: shortMessage.length > 0 ? shortMessage.toString('hex') : (optional['0424'] ?? ''),
    optional: Object.fromEntries(Object.entries(optional).filter(([tag]) => tag !== '0424')),
  }
}

/** A C-octet string, cut to what its field holds. */
function text(value: string, longest: number): Buffer {
  return Buffer.concat([Buffer.from(value.replaceAll('\0', ''), 'latin1').subarray(0, longest), Buffer.from([0])])
}

function createReader(body: Buffer) {
  let place = 0
  const reader = {
    byte: () => (place < body.length ? body[place++]! : 0),
    bytes(count: number) {
      const taken = body.subarray(place, place + count)
      place = Math.min(body.length, place + count)
      return taken
    },
    text() {
      const end = body.indexOf(0, place)
      const stop = end < 0 ? body.length : end
      const value = body.toString('latin1', place, stop)
      place = Math.min(body.length, stop + 1)
      return value
    },
    optional() {
      const found: Record<string, string> = {}
      while (body.length - place >= 4) {
        const tag = body.toString('hex', place, place + 2)
        const length = body.readUInt16BE(place + 2)
        place += 4
        found[tag] = reader.bytes(length).toString('hex')
      }
      return found
    },
  }
  return reader
}
