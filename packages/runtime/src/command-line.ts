/**
 * What a person types to run one of the commands `backfill`, `replay` and `status`: `pnpm backfill retry`, or
 * `docker compose exec collector backfill retry` where texts come from a container. Which of the two the image says, in
 * `COMMANDS_RUN_BY`. That is a property of where this process runs and no setting of a person, so it is read here and in no
 * configuration.
 *
 * @param command - its name and its arguments
 */
export function commandLine(command: string, env: NodeJS.ProcessEnv = process.env): string {
  return `${env.COMMANDS_RUN_BY || 'pnpm'} ${command}`;
}
