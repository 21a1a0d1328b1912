/**
 * The last wall before the log: whatever looks like a secret, or is one of our own, is taken out of a finished line. Always holds: a line stays valid JSON; the
 * walls before it (no bodies, no headers, no queries are logged) do not rely on this one.
 */

const hidden = '…'

/** Names under which secrets stand. */
const named =
  'access_?token|refresh_?token|id_?token|token|secret|client_?secret|password|passwd|authorization|cookie|set-cookie|api_?key|x-[\\w-]*(?:token|secret|signature|key)[\\w-]*'

/** Forms of secrets, and what stays of them. */
const forms: readonly [RegExp, string][] = [
  // user:password@ in any address.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]+@/gi, `$1${hidden}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=:-]{6,}/gi, `$1 ${hidden}`],
  // Our API keys and secrets of outgoing webhooks.
  [/\b(dgm_|whsec_)[\w+/=-]{6,}/g, `$1${hidden}`],
  [/\b(dragoman_\w+)=[^;\s"'\\]+/g, `$1=${hidden}`],
  // Links to files, invitations: the token is the key.
  [/(\/media\/|\/join\/|\/invitations\/by-token\/|\/invite\/)[\w-]{12,}/g, `$1${hidden}`],
  // Two parts in base64url with a dot between, as signed tokens are.
  [/\beyJ[\w-]{12,}\.[\w.-]{12,}/g, hidden],
  // digits:letters, as tokens of bots are.
  [/\b(bot)?\d{6,}:[\w-]{24,}/g, hidden],
  // What stands under a name that says it is one: in an address or in text …
  [
    /([?&;\s](?:access_token|refresh_token|id_token|token|secret|client_secret|password|passwd|pwd|api_?key|key|sig|signature|code)=)[^&\s"'\\]+/gi,
    `$1${hidden}`,
  ],
  // … or in JSON …
  [new RegExp(`("(?:${named})"\\s*:\\s*")(?:\\\\.|[^"\\\\])+`, 'gi'), `$1${hidden}`],
  // … that stands in a text of JSON.
  [new RegExp(`((\\\\+)"(?:${named})\\2"\\s*:\\s*\\2")[^"]+?(?=\\2")`, 'gi'), `$1${hidden}`],
]

/** Makes the wall. `secrets` are taken out wherever they stand, whatever they look like. */
export function createScrub(secrets: readonly string[] = []): (line: string) => string {
  const ours = [...new Set(secrets.flatMap(secret => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))]
    .filter(secret => secret.length >= 6)
    .sort((a, b) => b.length - a.length)
  return line => {
    let clean = line
    for (const secret of ours) if (clean.includes(secret)) clean = clean.replaceAll(secret, hidden)
    for (const [form, instead] of forms) clean = clean.replace(form, instead)
    return clean
  }
}
