import { subscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'

/*
 * Preloaded into a server, and by it into its threads, this writes a line to the file at OUTGOING_LOG for each connection that is
 * begun and each name that is looked up.
 */

const path = process.env.OUTGOING_LOG ?? ''

subscribe('net.client.socket', () => { appendFileSync(path, 'connection\n') })
subscribe('udp.socket', () => { appendFileSync(path, 'datagrams\n') })

const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: Parameters<typeof connect>) {
  appendFileSync(path, 'connection\n')
  return connect.apply(this, args)
} as typeof connect

const lookup = dns.lookup
dns.lookup = Object.assign((name: string, ...rest: unknown[]) => {
  // The address that the server listens on is looked up, too.
  if (name !== '127.0.0.1') appendFileSync(path, `lookup ${name}\n`)
  return Reflect.apply(lookup, dns, [name, ...rest])
}, lookup)
