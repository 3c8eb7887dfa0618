/**
 * Whether what listens on this host name or address, or is asked for by it, can be reached from this machine only.
 *
 * @param host - an IPv6 address may stand in brackets, as in a URL
 */
export function isLoopbackHost(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}
