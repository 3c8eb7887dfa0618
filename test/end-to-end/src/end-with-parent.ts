// Loaded into a service before its own code. Its standard input is a pipe that ends when whoever started it
// is gone, however that came about: no service outlives a test run. Nobody reads its log any more by then,
// and nothing waits for that.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
