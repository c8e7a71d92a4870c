import { BlockList, isIP } from 'node:net'

/**
 * The addresses of a comma-separated list of addresses and CIDR ranges.
 * @throws {RangeError} naming the entry that is none.
 */
export function addressRanges (list: string): { has (address: string | undefined): boolean } {
  const ranges = new BlockList()
  for (const entry of list.split(',').map((text) => text.trim()).filter(Boolean)) add(ranges, entry)
  return {
    has (address) {
      const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? ''
      const family = isIP(plain)
      return family !== 0 && ranges.check(plain, family === 4 ? 'ipv4' : 'ipv6')
    }
  }
}

function add (ranges: BlockList, entry: string) {
  const [address = '', bits] = entry.split('/')
  const family = isIP(address)
  const longest = family === 4 ? 32 : 128
  const prefix = bits === undefined ? longest : Number(bits)
  const isRange = family !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)) && prefix <= longest
  if (!isRange) throw new RangeError(`${entry} is no address and no CIDR range`)
  ranges.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
}
