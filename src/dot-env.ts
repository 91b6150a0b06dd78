/** Reads `.env` of the working directory if it is there; what the environment holds already wins. */
export function readDotEnv(loadEnvFile: () => void): void {
  try {
    loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
