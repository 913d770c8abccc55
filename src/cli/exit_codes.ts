/** The exit codes of the command line. @module */

/** What a command's exit code says. */
export const EXIT = {
  /** It has done what it was asked. */
  ok: 0,
  /** The run has failed, `doctor` has found a fault, or a driver's code has failed. */
  failed: 1,
  /** The arguments, a file or a setting cannot be used. */
  usage: 2,
  /** The server cannot be reached, or has refused the call. */
  server: 3,
  /** SIGINT or SIGTERM has ended it. */
  interrupted: 130,
} as const;
