-- As crates/adapters/postgres adds up what was open at the end of a day, which {day} stands for.
\startpipeline
BEGIN READ ONLY;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-100000000100', true), set_config('app.scope', '', true);
\endpipeline
WITH later AS (
    SELECT id, sum(amount_minor)::bigint AS amount FROM (
        SELECT invoice_id AS id, amount_minor FROM allocations
        WHERE organization_id = '00000000-0000-7000-8000-100000000100'::uuid AND allocated_on > {day}
        UNION ALL SELECT credit_note_id, amount_minor FROM allocations
        WHERE organization_id = '00000000-0000-7000-8000-100000000100'::uuid AND allocated_on > {day}
            AND credit_note_id IS NOT NULL
    ) settled GROUP BY id
), opened AS (
    SELECT i.party_id, i.currency, i.kind, i.due_on,
        i.due_minor - i.settled_minor - i.written_off_minor + coalesce(l.amount, 0) AS open
    FROM invoices i LEFT JOIN later l ON l.id = i.id
    WHERE i.organization_id = '00000000-0000-7000-8000-100000000100'::uuid AND i.direction = 'receivable'
        AND i.booked_on <= {day} AND i.status IN ('issued', 'partially_paid')
    UNION ALL SELECT i.party_id, i.currency, i.kind, i.due_on,
        i.due_minor - i.settled_minor - i.written_off_minor + l.amount
    FROM later l JOIN invoices i ON i.id = l.id
    WHERE i.organization_id = '00000000-0000-7000-8000-100000000100'::uuid AND i.direction = 'receivable'
        AND i.booked_on <= {day} AND i.status IN ('paid', 'written_off')
), aged AS (
    SELECT party_id, currency, greatest({day} - due_on, 0) AS late,
        CASE kind WHEN 'credit_note' THEN -open ELSE open END AS open
    FROM opened WHERE open <> 0
), sums AS (
    SELECT party_id, currency, count(*) AS documents, ARRAY[
        coalesce(sum(open) FILTER (WHERE late = 0), 0),
        coalesce(sum(open) FILTER (WHERE late BETWEEN 1 AND 30), 0),
        coalesce(sum(open) FILTER (WHERE late BETWEEN 31 AND 60), 0),
        coalesce(sum(open) FILTER (WHERE late BETWEEN 61 AND 90), 0),
        coalesce(sum(open) FILTER (WHERE late > 90), 0)]::text[] AS sums
    FROM aged GROUP BY party_id, currency LIMIT 10001
) SELECT p.id, p.number AS code, p.name, s.currency, s.documents, s.sums
FROM sums s JOIN parties p ON p.organization_id = '00000000-0000-7000-8000-100000000100'::uuid AND p.id = s.party_id;
COMMIT;
