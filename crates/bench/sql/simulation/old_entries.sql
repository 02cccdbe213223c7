-- Entries of the audit log that retention removes next, of each organization. The trigger lets them wait
-- for their numbers.
INSERT INTO audit_logs (organization_id, id, created_at, updated_at, actor_kind, action, subject_kind,
    after, outcome, request_id)
SELECT o.id, uuid_v7_at(at), at, at, 'system', 'project.created', 'project',
    '{"code":"P-1","name":"Harbour, quay 7","description":"Renewal of the quay wall and the crane rail","status":"active","starts_on":"2026-11-20","ends_on": null,"metadata": {"client":"Port authority","budget":1250000},"version":1}',
    'succeeded', 'seed'
FROM generate_series({first}, {last}) e, organizations o,
    LATERAL (SELECT now() - interval '400 days' + e * interval '5 minutes') t (at);

-- They go to a partition that was empty when it was last analyzed. A plan for an empty one reads all of
-- it for each entry.
ANALYZE audit_logs, journal_pending;
