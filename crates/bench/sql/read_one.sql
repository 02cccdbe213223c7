-- As crates/adapters/postgres reads one project: three round trips.
\set organization 100000000000 + random(1, 1000)
\set project 200000000000 + (:organization - 100000000000) * 100000 + random(1, 100)
\startpipeline
BEGIN READ ONLY;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-' || :organization, true), set_config('app.scope', '', true);
\endpipeline
SELECT organization_id, id, code, name, description, status, starts_on, ends_on, metadata::text, version, created_at, updated_at
FROM projects
WHERE organization_id = ('00000000-0000-7000-8000-' || :organization)::uuid
    AND id = ('00000000-0000-7000-8000-' || :project)::uuid;
COMMIT;
