import { readFileSync } from 'node:fs';

/** Addresses of servers: the parts of their variables' names before `_URL`, `_URL_FILE` and `_PASSWORD_FILE`. */
const SERVERS = ['DATABASE', 'QUEUE'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes note of a problem with a variable; the message holds no value. */
type Refuse = (variable: string, message: string) => void;

/**
 * Fills in the addresses of servers from files: `DATABASE_URL_FILE` names one that holds the whole URL,
 * `DATABASE_PASSWORD_FILE` one that holds the password which the URL lacks; likewise for `QUEUE`. Line breaks at
 * the end of a file are no part of what it holds.
 *
 * @returns the environment with complete `…_URL` variables, as far as there were no problems
 */
export function withSecretsFromFiles(env: Environment, refuse: Refuse): Environment {
  const urls = SERVERS.map((server) => [`${server}_URL`, serverUrl(env, server, refuse)] as const);
  return { ...env, ...Object.fromEntries(urls.filter(([, url]) => url !== undefined)) };
}

/** The variables that may stand in for the address of a server; none for any other variable. */
export function secretFileVariables(variable: string): string[] {
  const server = SERVERS.find((candidate) => variable === `${candidate}_URL`);
  return server === undefined ? [] : [`${server}_URL_FILE`, `${server}_PASSWORD_FILE`];
}

function serverUrl(env: Environment, server: string, refuse: Refuse): string | undefined {
  const url = readSecret(env, `${server}_URL`, refuse);
  const passwordVariable = `${server}_PASSWORD_FILE`;
  const passwordFile = env[passwordVariable];
  // What is wrong with the URL itself is for the schema to say.
  if (passwordFile === undefined || url === undefined || !URL.canParse(url)) return url;
  const password = readSecretFile(passwordFile, passwordVariable, refuse);
  return password === undefined ? url : withPassword(url, password, passwordVariable, refuse);
}

/**
 * Reads a secret from its variable, or from the file that `<variable>_FILE` names. Line breaks at the end of the file
 * are no part of it, blanks are. Both at once are refused, and so is a file that cannot be read or holds nothing.
 *
 * @returns undefined when neither is given, or the file was refused
 */
export function readSecret(env: Environment, variable: string, refuse: Refuse): string | undefined {
  const fileVariable = `${variable}_FILE`;
  const [value, file] = [env[variable], env[fileVariable]];
  if (file === undefined) return value;
  if (value !== undefined) {
    refuse(variable, `set this or ${fileVariable}, not both`);
    return value;
  }
  return readSecretFile(file, fileVariable, refuse);
}

function withPassword(text: string, password: string, variable: string, refuse: Refuse): string {
  const url = new URL(text);
  if (url.password !== '') {
    refuse(variable, 'names a file with a password, and the URL has one already: set one of the two');
    return text;
  }
  url.password = encodeURIComponent(password);
  // A URL without a host takes none.
  if (url.password === '') refuse(variable, 'needs a URL with a host');
  return url.href;
}

function readSecretFile(file: string, variable: string, refuse: Refuse): string | undefined {
  const content = readIfPossible(file)?.replace(/[\r\n]+$/, '');
  if (content === undefined) refuse(variable, 'names a file that cannot be read');
  else if (content === '') refuse(variable, 'names a file that holds nothing');
  return content || undefined;
}

/** The reason of a failure is not passed on: it holds the path, which is the variable's value. */
function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
