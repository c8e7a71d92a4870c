import { execFileSync } from 'node:child_process'

/** What is needed, and how to see that it works. Being there is not enough: a container may forbid tracing or mounting. */
const probes: Record<string, { command: string, args: string[], why: string }> = {
  strace: { command: 'strace', args: ['-f', '-o', '/dev/null', 'true'], why: 'install strace, and allow ptrace' },
  prlimit: { command: 'prlimit', args: ['--pid', String(process.pid), '--nofile'], why: 'install util-linux' },
  mount: { command: 'sh', args: ['-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d" && rmdir "$d"'], why: 'mounting a tmpfs needs root' }
}

/** @throws when a tool is missing or may not do its work: then a trial must fail and not be left out. */
export function assertTool (name: string) {
  const probe = probes[name]
  if (!probe) throw new Error(`Nothing is known of ${name}`)
  try {
    execFileSync(probe.command, probe.args, { stdio: 'ignore' })
  } catch {
    throw new Error(`${name} does not work here: ${probe.why}`)
  }
}
