-- The jobs since a moment: how long they waited and ran, in ms.
SELECT kind, count(*) AS jobs, count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
    coalesce(max(extract(epoch FROM started_at - created_at)) * 1e3, 0)::float8 AS waited,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at)) * 1e3, 0)::float8 AS ran
FROM jobs WHERE created_at >= $1::timestamptz GROUP BY kind ORDER BY jobs DESC;
