import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Characters. What an attacker can try at the pace of the login would take ages to guess this. */
const SHORTEST_PASSWORD = 12;

/** The password of each role; a role without one cannot log in. */
export interface DashboardPasswords {
  readonly viewer?: string | undefined;
  readonly operator?: string | undefined;
}

export function hasPassword({ viewer, operator }: DashboardPasswords): boolean {
  return viewer !== undefined || operator !== undefined;
}

/** Reads the passwords from the environment, or from the files that it names. A message never holds one. */
export const DashboardPasswords = z
  .object({
    DASHBOARD_VIEWER_PASSWORD: z.string().optional(),
    DASHBOARD_VIEWER_PASSWORD_FILE: z.string().optional(),
    DASHBOARD_OPERATOR_PASSWORD: z.string().optional(),
    DASHBOARD_OPERATOR_PASSWORD_FILE: z.string().optional(),
  })
  .transform((env, context): DashboardPasswords => {
    const refuse = (variable: string, message: string) => {
      context.addIssue({ code: 'custom', path: [variable], message });
      return undefined;
    };
    const viewer = readPassword('DASHBOARD_VIEWER_PASSWORD', env, refuse);
    const operator = readPassword('DASHBOARD_OPERATOR_PASSWORD', env, refuse);
    if (viewer !== undefined && viewer === operator) {
      refuse('DASHBOARD_OPERATOR_PASSWORD', 'must differ from the viewer’s: the password tells the role');
    }
    return { viewer, operator };
  });

function readPassword<Variable extends string>(
  variable: Variable,
  env: Partial<Record<Variable | `${Variable}_FILE`, string | undefined>>,
  refuse: (variable: string, message: string) => undefined,
): string | undefined {
  const file = `${variable}_FILE` as const;
  const [given, path] = [env[variable], env[file]];
  if (given !== undefined && path !== undefined) {
    return refuse(variable, `set this or ${file}, not both`);
  }
  const password = path === undefined ? given : readIfPossible(path);
  if (password === undefined) return undefined;
  if (password === null) return refuse(file, 'names a file that cannot be read');
  if (password.length >= SHORTEST_PASSWORD) return password;
  return refuse(path === undefined ? variable : file, `must have at least ${SHORTEST_PASSWORD} characters`);
}

/** The reason of a failure is not passed on: it holds the path, which is the variable's value. */
function readIfPossible(path: string): string | null {
  try {
    // An editor ends the line.
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}
