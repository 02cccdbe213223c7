-- Organizations, each with one member, a session and projects. Identities, codes and
-- tokens follow from numbers (src/dataset.rs), so that clients need not look them up.
--
-- The foreign keys hold by construction: checking them row by row would take most of the time.
SET session_replication_role = replica;

INSERT INTO organizations (id, name, slug)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid, 'Harbour ' || n, 'harbour-' || n
FROM generate_series(1, {organizations}) n;

INSERT INTO users (id, email, name)
SELECT ('00000000-0000-7000-8000-' || 300000000000 + n)::uuid, n || '@bench.example', 'Ada ' || n
FROM generate_series(1, {organizations}) n;

INSERT INTO memberships (organization_id, user_id, role, email, name)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    ('00000000-0000-7000-8000-' || 300000000000 + n)::uuid, 'admin', n || '@bench.example', 'Ada ' || n
FROM generate_series(1, {organizations}) n;

-- A token names its organization, in the base64 for URLs.
INSERT INTO sessions (organization_id, family_id, user_id, names_organization, access_hash,
    access_expires_at, refresh_hash, expires_at)
SELECT organization, gen_random_uuid(), ('00000000-0000-7000-8000-' || 300000000000 + n)::uuid, true,
    sha256(convert_to('pla_' || token, 'UTF8')), now() + interval '1 day',
    sha256(convert_to('plr_' || token, 'UTF8')), now() + interval '1 day'
FROM generate_series(1, {organizations}) n,
    LATERAL (SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid) o (organization),
    LATERAL (SELECT rtrim(translate(encode(uuid_send(organization), 'base64'), '+/', '-_'), '=')
        || lpad(n::text, 43, '0')) t (token);

-- Round by round, as they would have come: the rows of one organization lie far apart.
INSERT INTO projects (organization_id, id, created_at, updated_at, code, name, description, status,
    starts_on, metadata)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    ('00000000-0000-7000-8000-' || 200000000000 + n * 100000 + p)::uuid,
    now() - p * interval '1 hour', now() - p * interval '1 hour',
    'HRB-' || p, 'Harbour, quay ' || p,
    'Renewal of the quay wall, its bollards and the crane rail between berth 3 and berth 7',
    'active', date '2026-11-20',
    '{"client": "Port authority", "budget": 1250000, "tags": ["steel", "concrete"]}'
FROM generate_series(1, {projects}) p, generate_series(1, {organizations}) n;

-- A few large organizations, whose lists are deep.
INSERT INTO projects (organization_id, id, created_at, updated_at, code, name, description, status,
    starts_on, metadata)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    ('00000000-0000-7000-8000-' || 200000000000 + n * 100000 + p)::uuid,
    now() - p * interval '1 hour', now() - p * interval '1 hour',
    'HRB-' || p, 'Harbour, quay ' || p,
    'Renewal of the quay wall, its bollards and the crane rail between berth 3 and berth 7',
    'active', date '2026-11-20',
    '{"client": "Port authority", "budget": 1250000, "tags": ["steel", "concrete"]}'
FROM generate_series({projects} + 1, {deep}) p,
    generate_series({organizations} - {large} + 1, {organizations}) n;

-- What earlier requests left behind: a statement that is planned on an empty table is planned
-- wrongly for the one that it becomes.
INSERT INTO audit_logs (organization_id, actor_kind, action, subject_kind, outcome, request_id)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid, 'system', 'project.created',
    'project', 'succeeded', 'seed'
FROM generate_series(1, 20) e, generate_series(1, {organizations}) n;

INSERT INTO idempotency_keys (organization_id, principal, operation, key, fingerprint, status,
    headers, body, expires_at)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    'user:00000000-0000-7000-8000-' || 300000000000 + n, 'project.create', 'seed-' || k,
    sha256('seed'), 201, '{}', '{}', now() + interval '1 day'
FROM generate_series(1, 20) k, generate_series(1, {organizations}) n;

SET session_replication_role = origin;
