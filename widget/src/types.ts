/** What the loader hands to the app, and what the page may call. */

export interface Host {
  /** Everything that we draw is in here: the page's styles do not reach it. */
  root: ShadowRoot
  button: HTMLButtonElement
  /** `https://desk.example/visitor/<endpoint>`. */
  base: string
  /** Prefix of what is kept in the browser. */
  key: string
  /** `data-…` of the script tag. */
  data: Readonly<Record<string, string | undefined>>
  /** Shows how many messages wait. */
  badge(unread: number): void
}

/** The app, once it is loaded. */
export interface App {
  open(): void
  close(): void
  toggle(): void
}
