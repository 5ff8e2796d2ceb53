/**
 * Every code of a FluxError and the exit code that a command ends with when it meets one. A code is never reused.
 *
 * Exit codes (cli.md): 1 a fault of ours, 2 usage, 20 an invariant is violated, 21 a threshold failed,
 * 22 the steady state deviated, 23 inconclusive, 24 something the command needs is not there, 130 interrupted.
 */
export const errorCodes = {
  fault: 1,
  // what somebody typed or configured
  usage: 2,
  config_invalid: 2,
  config_unknown_key: 2,
  scenario_invalid: 2,
  runbook_invalid: 2,
  experiment_invalid: 2,
  policy_invalid: 2,
  world_invalid: 2,
  sale_invalid: 2,
  sale_conflict: 2,
  stock_refused: 2,
  order_refused: 2,
  fault_refused: 2,
  // verdicts
  invariant_violated: 20,
  threshold_failed: 21,
  steady_state_deviated: 22,
  inconclusive: 23,
  history_unreadable: 23,
  result_unreadable: 23,
  // what is not there
  ledger_unreachable: 24,
  ledger_schema: 24,
  ledger_version: 24,
  ledger_conflict: 1,
  ledger_full: 24,
  data_folder_locked: 24,
  data_folder_unusable: 24,
  postgres_start_failed: 24,
  server_unreachable: 24,
  server_refused: 1,
  port_in_use: 24,
  not_found: 24,
  program_missing: 24,
  cache_unusable: 24,
  stack_start_failed: 24,
  stack_not_running: 24,
  stack_file_unusable: 24,
  stack_busy: 24,
  stack_differs: 2,
  order_log_unreachable: 24,
  reader_hangs: 24,
  gate_unreachable: 24,
  fault_proxy_unreachable: 24,
  record_malformed: 1,
  shutting_down: 1,
  lease_lost: 1,
  step_failed: 1,
  journal_unwritable: 24,
  history_unwritable: 24,
  report_unwritable: 24,
  interrupted: 130,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCodes;
