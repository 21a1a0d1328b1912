/**
 * Takes secrets out of whatever people or logs may see.
 * Always holds: after `redact` no secret's value stands in the text, neither plain nor percent-encoded nor in base64.
 */

/** The settings that only the runner may see, by name: `token`, `appSecret` … */
export type Secrets = Readonly<Record<string, string>>

/** The text with every secret's value replaced by its `{name}`. */
export function redact(text: string, secrets: Secrets): string {
  let clean = text
  for (const [value, name] of disguises(secrets)) {
    if (clean.includes(value)) clean = clean.replaceAll(value, `{${name}}`)
  }
  return clean
}

/** Every form in which a secret may turn up, the longest first, so that a secret inside another one leaves no rest. */
function disguises(secrets: Secrets): [string, string][] {
  const forms: [string, string][] = []
  for (const [name, value] of Object.entries(secrets)) {
    if (value === '') continue
    const json = JSON.stringify(value).slice(1, -1)
    const encoded = encodeURIComponent(value.toWellFormed())
    for (const form of new Set([value, json, encoded, encoded.replaceAll('%3A', ':'), Buffer.from(value).toString('base64')])) {
      forms.push([form, name])
    }
  }
  return forms.toSorted((a, b) => b[0].length - a[0].length)
}
