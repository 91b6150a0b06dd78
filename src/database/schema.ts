import type { Generated, Selectable } from 'kysely'
import type { PaymentTables } from './payment-tables.ts'

/**
 * The tables, as one engine-neutral type: times are unix milliseconds, sealed columns and hashes are bytes,
 * JSON is text.
 */
export type Tables = PaymentTables & {
  settings: { name: string; value: string }
  data_keys: {
    id: Generated<number>
    purpose: string
    master_key_id: string
    sealed: Uint8Array
    created_at: number
  }
  tenants: { id: Generated<number>; name: string; created_at: number }
  api_keys: {
    id: Generated<number>
    name: string
    hash: string
    prefix: string
    scopes: string
    tenant_id: number | null
    apps: string | null
    expires_at: number | null
    last_used_at: number | null
    /** The most that one refund by this key may be, and all of a day, in fen; null: no limit. */
    refund_limit: number | null
    refund_daily_limit: number | null
    created_at: number
  }
  apps: {
    app_id: string
    tenant_id: number
    kind: string
    name: string
    /** Calls for phone numbers a day; null: as many as come. */
    phone_budget: Generated<number | null>
    /** plain, compatible or safe; null: messages to the app are not taken. */
    gateway_mode: Generated<string | null>
    gateway_token: Generated<Uint8Array | null>
    gateway_aes_key: Generated<Uint8Array | null>
    gateway_previous_aes_key: Generated<Uint8Array | null>
    /** JSON: names of the files of WeChat's domain check, and what they hold. */
    verify_files: Generated<string | null>
    created_at: number
  }
  /** `day` is counted from 1970, in China's time. */
  phone_calls: { app_id: string; day: number; count: number }
  app_secrets: {
    id: Generated<number>
    app_id: string
    fingerprint: string
    sealed: Uint8Array
    created_at: number
  }
  mounts: {
    id: Generated<number>
    contract: string
    path: string
    app_id: string | null
    official_app_id: string | null
    options: string
    created_at: number
  }
  access_tokens: {
    app_id: string
    kind: string
    sealed: Uint8Array | null
    version: number
    obtained_at: number
    expires_at: number
    fence: number
    lease_holder: string | null
    lease_until: number
  }
  token_rotations: {
    id: Generated<number>
    app_id: string
    kind: string
    version: number
    cause: string
    at: number
  }
  users: {
    id: Generated<number>
    tenant_id: number
    union_id: string | null
    merged_into: Generated<number | null>
    nickname: Generated<string>
    avatar_url: Generated<string>
    gender: Generated<number>
    city: Generated<string>
    province: Generated<string>
    country: Generated<string>
    language: Generated<string>
    /** JSON; null until something is set. */
    settings: Generated<string | null>
    /** As the user typed it: nobody checked that it is theirs. */
    unverified_phone: Generated<Uint8Array | null>
    /** As WeChat told it. */
    verified_phone: Generated<Uint8Array | null>
    verified_phone_hash: Generated<Uint8Array | null>
    /** Names the key that seals the phone numbers; null where there never was one, or after erasure. */
    person_key: Generated<Uint8Array | null>
    /** The user that was merged into this one and whose phone numbers count as theirs. */
    phone_from: Generated<number | null>
    /** When all that says who it was went; the row is there for what refers to it. */
    erased_at: Generated<number | null>
    created_at: number
  }
  identities: {
    id: Generated<number>
    app_id: string
    open_id: string
    user_id: number
    session_keys: Uint8Array | null
    oauth_tokens: Uint8Array | null
    /** When WeChat last told the profile of this identity. */
    profiled_at: Generated<number | null>
    /** Since when the person follows the account; null: they do not, or nobody told. */
    subscribed_at: Generated<number | null>
    /** The time of the newest message that told about following; an older one changes nothing. */
    subscription_told_at: Generated<number | null>
    /** Whom the identity is bound to as a buyer. */
    member_id: Generated<number | null>
    created_at: number
  }
  members: {
    id: Generated<number>
    tenant_id: number
    /** As the tenant brought it; null: it is made from the id. */
    number: string | null
    card_state: string
    /** Names the key that seals `personal`; null after erasure. */
    person_key: Uint8Array | null
    /** JSON: see `PersonalData`. */
    personal: Uint8Array | null
    phone_hash: Uint8Array | null
    id_card_hash: Uint8Array | null
    created_at: number
    updated_at: number
  }
  /** Who was bound to which member, by which key or caller, until when. */
  member_bindings: {
    id: Generated<number>
    member_id: number
    identity_id: number
    bound_at: number
    bound_by: string
    unbound_at: Generated<number | null>
    unbound_by: Generated<string | null>
  }
  sessions: {
    token_hash: Uint8Array
    identity_id: number
    contract: string
    lifetime_ms: number
    issued_at: number
    expires_at: number
    ends_at: number
    revoked_at: number | null
    /** The first session of the chain that this one was renewed from; null for a first one. */
    chain_id: Generated<Uint8Array | null>
    /** When the chain's login was; null for a first session. */
    chain_started_at: Generated<number | null>
    /** When the session was exchanged for its successor. */
    replaced_at: Generated<number | null>
    /** How many sessions were given for it beyond that successor. */
    further_sessions: Generated<number>
  }
  code_exchanges: { code_hash: Uint8Array; identity_id: number; until: number }
  /** Web logins under way: see src/hub/web-oauth. */
  oauth_states: {
    state_hash: Uint8Array
    mount_id: number
    browser_hash: Uint8Array
    return_url: string | null
    expires_at: number
    code_hash: Generated<Uint8Array | null>
    lease_until: Generated<number>
    outcome: Generated<'logged_in' | 'snapshot' | null>
    identity_id: Generated<number | null>
    done_at: Generated<number | null>
  }
  /** Mini-program codes; without a content hash until the first is made. */
  qr_codes: {
    key: Uint8Array
    app_id: string
    content_hash: string | null
    mime: string | null
    made_at: number | null
    lease_holder: string | null
    lease_until: number
  }
  /** Scenes that are too long for a mini-program code; `id` is a part of the short one that stands there. */
  scenes: { id: Uint8Array; app_id: string; scene: string; created_at: number }
  /** What WeChat pushed. `content` is JSON: every field but those of the other columns. */
  messages: {
    id: Generated<number>
    app_id: string
    dedupe_key: Uint8Array
    open_id: string
    kind: string
    event: string | null
    /** By WeChat's clock. */
    created_at: number
    received_at: number
    content: string
  }
  webhooks: {
    id: Generated<number>
    tenant_id: number
    name: string
    url: string
    secret: Uint8Array
    former_secret: Generated<Uint8Array | null>
    former_secret_until: Generated<number | null>
    /** JSON lists; null: all. */
    apps: string | null
    kinds: string | null
    events: string | null
    failing_since: Generated<number | null>
    disabled_at: Generated<number | null>
    created_at: number
  }
  deliveries: {
    message_id: number
    webhook_id: number
    /** pending, delivered or failed. */
    state: string
    /** How many attempts failed since it was stored or replayed. */
    attempts: Generated<number>
    /** Null where nothing is to be done; while an attempt is under way, when it is believed to have died. */
    next_attempt_at: number | null
    /** Counted up by whoever begins an attempt: an outcome counts only under the newest claim. */
    claims: Generated<number>
    replays: Generated<number>
    /** JSON: the newest ones. */
    recent_attempts: Generated<string | null>
    created_at: number
    delivered_at: Generated<number | null>
  }
  /** `credential` is JSON: the keys, and what names them. */
  merchants: { mchid: string; tenant_id: number; name: string; credential: Uint8Array; created_at: number }
  /** Which apps a merchant serves. */
  merchant_apps: { mchid: string; app_id: string }
  /** Who follows an official account, of those who never logged in: from messages that were too old to be kept. */
  told_subscriptions: { app_id: string; open_id: string; subscribed_at: number }
  /** Whose data was erased, and which keys are still to be destroyed (JSON, hex); null: all done. */
  erasures: {
    id: Generated<number>
    /** Either this, or `member_id`: of a member whom no user was bound to. */
    user_id: number | null
    member_id: number | null
    tenant_id: number
    receipt_id: string
    erased_at: number
    keys_backup_lapses_at: number
    keys_to_destroy: string | null
  }
  audit_log: {
    id: Generated<number>
    at: number
    actor: string
    /** Where the request came from; null where none came over the network. */
    address: Generated<string | null>
    action: string
    subject: string
    /** Whose keys may read it; null: only those of the whole instance. */
    tenant_id: Generated<number | null>
    detail: string
  }
}

/** As it is read. */
export type Row<Name extends keyof Tables> = Selectable<Tables[Name]>
