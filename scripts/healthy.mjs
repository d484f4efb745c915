// Whether a service of this container is ready: exits 0 when it says so.   node scripts/healthy.mjs <port>
const [, , port] = process.argv;
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
