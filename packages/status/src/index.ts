export { FRESHNESS, type Freshness } from './freshness.ts';
export { PROBLEM_KINDS, type Problem, type ProblemKind } from './problems.ts';
export {
  createStatusReader,
  type ItemStatus,
  judgeStatus,
  type SourceStatus,
  type Status,
  type StatusReader,
} from './status.ts';
export { type StatusBody, toStatusBody } from './status-body.ts';
