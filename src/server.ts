import { reportFailure } from './report-failure.js'
import { serve } from './serve.js'

/*
 * The process that `npm start` runs. Only this file and the command line read `process.env`.
 */

try {
  await serve(process.env)
} catch (error) {
  reportFailure(error)
}
