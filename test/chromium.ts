import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Flags for a browser in a container that asks nobody on the network. */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'
]

/** The system's Chromium. */
export function launchChromium (): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) throw new Error(`There is no Chromium at ${executablePath}; set CHROMIUM, or install it (apt-get install chromium)`)
  return chromium.launch({ executablePath, args: FLAGS })
}
