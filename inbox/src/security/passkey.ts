/** The browser's half of passkeys. Loaded when somebody uses one. Always holds: what was called off by the person is no error, it is `undefined`. */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

type Credential = { id: string; response: { clientDataJSON: string } & Record<string, unknown> } & Record<string, unknown>

/** Makes a passkey; `there`: this device has one already. */
export async function makePasskey(options: { challenge: string }): Promise<Credential | 'there' | undefined> {
  try {
    return (await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON })) as unknown as Credential
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'there'
    return undefined
  }
}

/** Signs with a passkey. */
export async function signWithPasskey(options: { challenge: string }): Promise<Credential | undefined> {
  try {
    return (await startAuthentication({
      optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
    })) as unknown as Credential
  } catch {
    return undefined
  }
}
