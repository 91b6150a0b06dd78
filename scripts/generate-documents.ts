import { writeFileSync } from 'node:fs'
import { generatedDocuments } from './generated-documents.ts'

for (const [path, make] of Object.entries(generatedDocuments)) writeFileSync(path, make())
