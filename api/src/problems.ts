/**
 * The catalogue of errors: stable codes, HTTP statuses, what happened and what to do. `docs/errors.md` is generated from it.
 * Always holds: a code, once published, keeps its meaning.
 */

export interface ProblemKind {
  status: number
  title: string
  /** What the caller can do. */
  advice: string
}

export const problemKinds = {
  invalid_request: { status: 400, title: 'The request does not have the right form', advice: 'Correct the fields named in `errors`.' },
  not_signed_in: { status: 401, title: 'Not signed in', advice: 'Sign in and try again.' },
  wrong_credentials: { status: 401, title: 'E-mail or password is not right', advice: 'Check both; after several tries wait a little.' },
  bad_signature: { status: 401, title: 'The signature does not match', advice: 'Check the secret that is set at the platform.' },
  wrong_code: { status: 401, title: 'This code is not right', advice: 'Wait for the next one, or use another way.' },
  sign_in_again: { status: 401, title: 'Too much time has passed', advice: 'Begin to sign in anew.' },
  passkey_refused: { status: 401, title: 'This passkey is not known here', advice: 'Sign in with your password.' },
  confirm_password: { status: 403, title: 'Please confirm that it is you', advice: 'Send your password along.' },
  second_factor_required: {
    status: 403,
    title: 'The firm asks for a second factor',
    advice: 'Set up an authenticator app or a passkey.',
  },
  not_allowed: { status: 403, title: 'Your role does not allow this', advice: 'Ask an owner or manager.' },
  foreign_origin: { status: 403, title: 'The request came from another site', advice: 'Use the hub’s own address, or the API with a key.' },
  not_found: { status: 404, title: 'There is no such thing here', advice: 'Check the id.' },
  unknown_endpoint: { status: 404, title: 'No webhook address like this', advice: 'Copy the address from the account’s page.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method', advice: 'See the API reference.' },
  already_set_up: { status: 409, title: 'The hub has an owner already', advice: 'Sign in, or ask the owner for an invitation.' },
  client_id_reused: { status: 409, title: 'This client id was used for another content', advice: 'Make a new id for each message.' },
  stale_version: { status: 409, title: 'Someone changed this meanwhile', advice: 'Look at `current` and send again with its version.' },
  answered_meanwhile: {
    status: 409,
    title: 'A colleague has answered since you began',
    advice: 'Look at `message`; send again without `lastOutId` if yours is still needed.',
  },
  address_not_allowed: {
    status: 422,
    title: 'This address cannot be reached from here',
    advice: 'Give a public address, or let the operator permit this one with OUTGOING_ALLOW.',
  },
  no_way: {
    status: 422,
    title: 'There is no way to this person that is allowed now',
    advice: 'See `considered` for each account: give a template, or wait until the customer writes.',
  },
  taken_meanwhile: { status: 409, title: 'A colleague was faster', advice: 'See `conversation` for who has it now.' },
  already_connected: { status: 409, title: 'This account is connected already', advice: 'Open it in the list of accounts.' },
  serves_another_system: {
    status: 409,
    title: 'This account serves another system now',
    advice: 'Choose to take over, or leave it where it is.',
  },
  already_member: { status: 409, title: 'This person is a member already', advice: 'Change the role in the list of members.' },
  last_owner: { status: 409, title: 'A workspace needs an owner', advice: 'Make somebody else an owner first.' },
  would_lock_out: {
    status: 409,
    title: 'You would lock yourself out',
    advice: 'Let somebody else who manages people do this.',
  },
  role_in_use: { status: 409, title: 'Members still have this role', advice: 'Give them another role first.' },
  wrong_state: { status: 409, title: 'This cannot be done in the present state', advice: 'Reload and look at the state.' },
  invitation_expired: { status: 410, title: 'The invitation is no longer valid', advice: 'Ask for a new one.' },
  body_too_large: { status: 413, title: 'The body is too large', advice: 'Send at most what the detail says.' },
  file_too_large: { status: 413, title: 'The file is too large', advice: 'Send a smaller file, or a link.' },
  unsupported_media_type: {
    status: 415,
    title: 'This content type is not taken here',
    advice: 'Send application/json, or multipart/form-data for files.',
  },
  message_not_sendable: { status: 422, title: 'This messenger cannot carry this message', advice: 'See `refusals` for each reason.' },
  placeholder_empty: {
    status: 422,
    title: 'A placeholder of this message has no value',
    advice: 'See `missing`: write the words yourself, or take the placeholder out.',
  },
  reply_not_allowed: {
    status: 422,
    title: 'This conversation may not be written to now',
    advice: 'See `reason`: wait for the customer, or send a template where the messenger has them.',
  },
  closing_fields_missing: {
    status: 422,
    title: 'The case cannot be closed yet',
    advice: 'Fill in the fields named in `missing`.',
  },
  macro_not_possible: {
    status: 422,
    title: 'The macro was not run',
    advice: 'See `results` for what stood in the way; nothing was changed.',
  },
  name_taken: { status: 409, title: 'There is one of this name already', advice: 'Choose another name, or use the one that is there.' },
  not_supported_here: { status: 422, title: 'This messenger cannot do that', advice: 'See the channel’s capabilities.' },
  connection_refused: {
    status: 422,
    title: 'The messenger did not accept these credentials',
    advice: 'See `detail` for what it said and `advice` for the fix.',
  },
  mail_not_configured: {
    status: 422,
    title: 'The hub cannot send e-mail',
    advice: 'Send the link yourself, or ask whoever runs the hub to set SMTP_URL.',
  },
  platform_error: { status: 502, title: 'The messenger answered with an error', advice: 'See `detail`; try again later.' },
  too_many_requests: { status: 429, title: 'Too many requests', advice: 'Wait as long as `Retry-After` says.' },
  internal: { status: 500, title: 'Something went wrong on our side', advice: 'Give the request id to whoever runs the hub.' },
  overloaded: { status: 503, title: 'Too much at once just now', advice: 'Come again after the seconds that `Retry-After` names.' },
  unavailable: { status: 503, title: 'Not ready', advice: 'Try again in a moment.' },
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof problemKinds

/** A problem as it goes over the wire: RFC 9457 with our stable `code`. */
export interface Problem {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail: string
  advice: string
  requestId?: string
  /** Field errors, refusals, the present version …: what the code needs. */
  [more: string]: unknown
}

/** The wire form of a problem. `more` holds what the code needs besides. */
export function problem(code: ProblemCode, detail?: string, more: Record<string, unknown> = {}): Problem {
  const kind = problemKinds[code]
  return {
    ...more,
    type: `/docs/errors#${code}`,
    title: kind.title,
    status: kind.status,
    code,
    detail: detail ?? kind.title,
    advice: typeof more.advice === 'string' ? more.advice : kind.advice,
  }
}
