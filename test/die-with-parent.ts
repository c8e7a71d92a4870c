import { isMainThread } from 'node:worker_threads'

/*
 * Preloaded into a child process, this kills it when its standard input ends. That happens when the parent is gone,
 * even if nothing could be cleaned up before. Worker threads inherit the preload but have no standard input.
 */
if (isMainThread) process.stdin.on('close', () => { process.kill(process.pid, 'SIGKILL') }).resume().unref()
