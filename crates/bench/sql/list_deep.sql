-- As crates/adapters/postgres reads a page far down the list of a large organization. The data
-- is one row an hour old.
\set organization 100000000000 + random(997, 1000)
\set row random(8000, 9900)
\startpipeline
BEGIN READ ONLY;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-' || :organization, true), set_config('app.scope', '', true);
\endpipeline
SELECT organization_id, id, code, name, description, status, starts_on, ends_on, metadata::text, version, created_at, updated_at
FROM projects
WHERE organization_id = ('00000000-0000-7000-8000-' || :organization)::uuid
    AND (created_at, id) < (now() - :row * interval '1 hour', '00000000-0000-7000-8000-200000000000'::uuid)
ORDER BY created_at DESC, id DESC
LIMIT 51;
COMMIT;
