// Writes docs/endpoints.md: npm run endpoints
import { writeFile } from 'node:fs/promises'
import { ENDPOINTS_PAGE, formatEndpointsPage } from './endpoints-page.js'

await writeFile(ENDPOINTS_PAGE, formatEndpointsPage())
