/** What became of one row of an import: written, there already and left alone, or not taken, and why. */
export type ImportOutcome = 'added' | 'present' | { refused: string }
