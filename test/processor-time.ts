/** How long synchronous work takes in milliseconds of processor time, which other programs on the machine hardly change. */
export function processorMs (work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
