import { deletionCommands } from './deletion.js'
import { keyCommands } from './key-commands.js'
import { passwordCommands } from './password-commands.js'
import { setRegistration } from './registration-state.js'
import { sessionCommands } from './session-commands.js'
import { userCommands } from './user-commands.js'

/** Every command about accounts. */
export const accountCommands = [...userCommands, ...deletionCommands, ...sessionCommands, ...passwordCommands, ...keyCommands, setRegistration]
