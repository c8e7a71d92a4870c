/** More than a bench sends in a minute, too. */
const PLENTY = '1000000000'

/** Settings of a server whose limits no test reaches by chance. */
export const noLimits = {
  RATE_LIMIT_MAX: PLENTY,
  IMPORT_IP_MAX: PLENTY,
  IMPORT_USER_MAX: PLENTY,
  FORK_IP_MAX: PLENTY,
  FORK_USER_MAX: PLENTY,
  MCP_USER_MAX: PLENTY,
  LOGIN_MAX: PLENTY,
  REGISTER_MAX: PLENTY
}
