import { createRandom, type Random } from './random.js'

/** A collection of the sample database. */
export interface SampleCollection {
  readonly name: string
  readonly isEdge: boolean
  readonly count: number
  readonly indexes: readonly { readonly fields: readonly string[]; readonly unique: boolean }[]
  /** Attributes of one document after `_key`, `_id`, `_rev`. */
  make(index: number, random: Random): Readonly<Record<string, unknown>>
}

const CUSTOMERS = 8_000
const ACCOUNTS = 12_000
const TRANSACTIONS = 60_000
const DAY_MS = 86_400_000
const FIRST_DAY_MS = Date.UTC(2024, 0, 1)

const FIRST_NAMES = ['Amina', 'Björn', 'Chloé', 'Dmitri', 'Elif', 'Fatou', 'Göran', 'Hana'] as const
const LAST_NAMES = ['Okafor', 'Lindqvist', 'Moreau', 'Novák', 'Yılmaz', 'Diop', 'Tanaka'] as const
const CITIES = ['Lagos', 'Malmö', 'Lyon', 'Brno', 'İzmir', 'Dakar', '大阪', 'Córdoba'] as const
const KINDS = ['current', 'savings', 'credit'] as const
const PURPOSES = ['rent', 'salary', 'groceries', 'insurance', 'refund', 'transfer'] as const
const CURRENCIES = ['EUR', 'SEK', 'JPY', 'XOF'] as const

/** A small bank: customers own accounts, and money moves between accounts. */
export const BANK: readonly SampleCollection[] = [
  {
    name: 'accounts',
    isEdge: false,
    count: ACCOUNTS,
    indexes: [{ fields: ['iban'], unique: true }],
    make: (index, random) => ({
      iban: `TM${String(10_000_000_000 + index * 97)}`,
      kind: random.pick(KINDS),
      currency: random.pick(CURRENCIES),
      openedAt: day(random, 300),
      limits: { daily: 500 * (1 + random.below(8)), overdraft: random.below(3) * 250 },
    }),
  },
  {
    name: 'customers',
    isEdge: false,
    count: CUSTOMERS,
    indexes: [{ fields: ['address.city', 'name.last'], unique: false }],
    make: (index, random) => ({
      name: { first: random.pick(FIRST_NAMES), last: random.pick(LAST_NAMES) },
      email: `customer${index}@example.org`,
      address: { street: `${1 + random.below(180)} Harbour Road`, city: random.pick(CITIES) },
      since: day(random, 900),
      tags: random.below(4) === 0 ? ['newsletter', 'app'] : ['app'],
    }),
  },
  {
    name: 'owns',
    isEdge: true,
    count: ACCOUNTS,
    indexes: [],
    make: (index, random) => ({
      _from: `customers/${random.below(CUSTOMERS)}`,
      _to: `accounts/${index}`,
      role: random.below(10) === 0 ? 'proxy' : 'holder',
    }),
  },
  {
    name: 'transactions',
    isEdge: true,
    count: TRANSACTIONS,
    indexes: [{ fields: ['bookedAt'], unique: false }],
    make: (index, random) => ({
      _from: `accounts/${random.below(ACCOUNTS)}`,
      _to: `accounts/${random.below(ACCOUNTS)}`,
      amount: (1 + random.below(250_000)) / 100,
      purpose: random.pick(PURPOSES),
      bookedAt: day(random, 700),
      reference: `TX-${String(index).padStart(8, '0')}`,
      isFlagged: random.below(200) === 0,
    }),
  },
]

/** A generator of numbers for one collection: each is the same whichever is made first. */
export function randomFor(collection: SampleCollection): Random {
  return createRandom(collection.count * 31 + collection.name.length)
}

function day(random: Random, days: number): string {
  return new Date(FIRST_DAY_MS + random.below(days) * DAY_MS + random.below(DAY_MS)).toISOString()
}
