import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../src/config.js'
import { packageRoot } from '../src/paths.js'

function read (file: string) {
  return readFileSync(join(packageRoot, file), 'utf8')
}

t.test('the docs show the examples for reverse proxies as they stand in deploy/', async (t) => {
  const shown = { 'deploy/Caddyfile': 'docs/install.md', 'deploy/nginx.conf': 'docs/install.md', 'deploy/compose.traefik.yaml': 'docs/install.md', 'deploy/librechat.Caddyfile': 'docs/librechat.md' }
  for (const [file, page] of Object.entries(shown)) t.ok(read(page).includes(`\n${read(file)}\`\`\``), `${page} shows ${file}`)
})

interface Service { build?: string, image?: string, ports?: string[], volumes?: string[], read_only?: boolean, tmpfs?: string[], environment?: Record<string, string>, labels?: Record<string, string> }
interface Compose { services: Record<string, Service>, volumes: Record<string, null> }

/** Named volumes stand before the colon; folders begin with a slash. */
function namedVolumes ({ services }: Compose) {
  return Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? '')).filter((name) => !name.startsWith('/'))
}

t.test('the compose files fit the image and each other', async (t) => {
  const [compose, traefik]: [Compose, Compose] = [parse(read('compose.yaml')), parse(read('deploy/compose.traefik.yaml'))]
  for (const file of [compose, traefik]) t.strictSame(Object.keys(file.volumes), namedVolumes(file), 'every volume is declared')
  const image = read('Dockerfile')
  const [, port = ''] = /^EXPOSE (\d+)/m.exec(image) ?? []
  const [, data = ''] = /^VOLUME (\S+)/m.exec(image) ?? []
  t.match(compose.services.parley, { ports: [`127.0.0.1:${port}:${port}`], volumes: [`parley:${data}`], read_only: true, tmpfs: ['/tmp'] })
  t.equal(traefik.services.parley?.labels?.['traefik.http.services.parley.loadBalancer.server.port'], port)
  t.ok(readConfig(traefik.services.parley?.environment ?? {}).TRUST_PROXY)
})

t.test('the unit starts the command line of the package, with settings that it takes', async (t) => {
  const unit = read('deploy/parley.service')
  const { bin }: { bin: { parley: string } } = JSON.parse(read('package.json'))
  t.match(unit, `/opt/parley/${bin.parley} serve\n`)
  const settings = Object.fromEntries((/^Environment=(.*)/m.exec(unit)?.[1] ?? '').split(' ').map((setting) => setting.split('=')))
  t.equal(readConfig(settings).DATABASE_PATH, '/var/lib/parley/parley.db')
})
