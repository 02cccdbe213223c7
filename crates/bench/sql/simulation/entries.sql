-- The entries of the audit log since a moment, and how long they waited for their numbers, in ms.
SELECT count(*) AS entries,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) * 1e3, 0)::float8 AS p50,
    coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY wait) * 1e3, 0)::float8 AS p99,
    coalesce(max(wait) * 1e3, 0)::float8 AS longest
FROM (SELECT extract(epoch FROM s.created_at - a.created_at) AS wait
    FROM audit_logs a JOIN journal_sequence s ON s.organization_id = a.organization_id AND s.id = a.id
    WHERE a.id >= uuid_v7_at($1::timestamptz)) w;
