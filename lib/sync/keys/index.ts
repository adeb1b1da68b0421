export { planByKeys } from './plan-by-keys.js'
export { repairByKeys } from './repair-by-keys.js'
