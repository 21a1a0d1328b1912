/** Whether passkeys can be used at this address: they are bound to a name, so a bare number will not do. */

export type PasskeyState = 'yes' | 'needs_name' | 'no'

export function passkeyState(): PasskeyState {
  if (typeof window.PublicKeyCredential !== 'function') return isNumber(location.hostname) && !window.isSecureContext ? 'needs_name' : 'no'
  return isNumber(location.hostname) ? 'needs_name' : 'yes'
}

/** The same page by name, on the machine itself; elsewhere only whoever runs the hub can give it one. */
export function addressByName(): string | undefined {
  return ['127.0.0.1', '[::1]'].includes(location.hostname)
    ? `${location.protocol}//localhost:${location.port}${location.pathname}`
    : undefined
}

function isNumber(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
}
