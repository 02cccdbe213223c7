-- The projects that an organization has beyond {smallest}: organization n has {largest} / n. Round by
-- round, as in seed.sql.
SET session_replication_role = replica;

INSERT INTO projects (organization_id, id, created_at, updated_at, code, name, description, status,
    starts_on, metadata)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    ('00000000-0000-7000-8000-' || 200000000000 + n * 100000 + p)::uuid,
    now() - p * interval '1 hour', now() - p * interval '1 hour',
    'HRB-' || p, 'Harbour, quay ' || p,
    'Renewal of the quay wall, its bollards and the crane rail between berth 3 and berth 7',
    'active', date '2026-11-20',
    '{"client": "Port authority", "budget": 1250000, "tags": ["steel", "concrete"]}'
FROM generate_series({smallest} + 1, {largest}) p, generate_series(1, {largest} / p) n;

SET session_replication_role = origin;
