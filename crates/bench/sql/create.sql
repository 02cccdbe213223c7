-- As crates/adapters/postgres creates a project, with its entry in the journal. A colon right
-- before a letter would be one of pgbench's variables.
\set organization 100000000000 + random(1, 1000)
\set code random(1, 9000000000000000)
\startpipeline
BEGIN;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-' || :organization, true), set_config('app.scope', '', true);
\endpipeline
INSERT INTO projects (organization_id, id, code, name, description, status, starts_on, ends_on, metadata, version, created_at, updated_at)
VALUES (('00000000-0000-7000-8000-' || :organization)::uuid, uuid_v7(), 'P-' || :code, 'Harbour, quay 7',
    'Renewal of the quay wall and the crane rail', 'active', date '2026-11-20', NULL,
    '{"client":"Port authority","budget":1250000}', 1, now(), now());
INSERT INTO audit_logs (organization_id, id, actor_kind, actor_id, action, subject_kind, subject_id, before, after, outcome,
    audit_only, request_id, trace_parent, address, version, created_at, updated_at)
VALUES (('00000000-0000-7000-8000-' || :organization)::uuid, uuid_v7(), 'user',
    '00000000-0000-7000-8000-300000000001', 'project.created', 'project', '00000000-0000-7000-8000-200000000001', NULL,
    '{"code":"P-1","name":"Harbour, quay 7","description":"Renewal of the quay wall and the crane rail","status":"active","starts_on":"2026-11-20","ends_on": null,"metadata": {"client":"Port authority","budget":1250000},"version":1}',
    'succeeded', false, '01939b1e-6a80-7000-8000-000000000001', NULL, '127.0.0.1', 1, now(), now());
COMMIT;
