-- Copies of the invoices that the server has made: a draft and an issued one of each client, and an
-- issued one of the large organization. So a copy has all that the server writes.
CREATE TEMP TABLE made AS
SELECT i AS template, i.id AS template_id, i.organization_id, i.status,
    right(i.organization_id::text, 11)::bigint AS n
FROM invoices i;

-- Clients issue the drafts and pay the issued ones.
CREATE TEMP TABLE subjects AS
SELECT m.template_id, m.organization_id,
    ('00000000-0000-7000-8000-' || CASE status WHEN 'draft' THEN 600000000000 ELSE 500000000000 END
        + n * 1000000 + i)::uuid AS id,
    CASE WHEN status <> 'draft' THEN 'OPEN-' || i END AS number
FROM made m, generate_series(1, {subjects}) i
WHERE n <> {large};

-- Three years. Of the payments that were due to come, 90 of 100 came, and 3 of the half.
CREATE TEMP TABLE history AS
SELECT template_id, organization_id, id, number, party_id, counterparty,
    jsonb_set((template).parties, '{buyer,name}', to_jsonb(counterparty)) AS parties,
    issued_on, issued_on AS booked_on, issued_on + 30 AS due_on,
    least(issued_on + time '12:00', now()) AS created_at,
    least(issued_on + time '12:00', now()) AS updated_at, paid_on,
    CASE WHEN paid_on IS NULL THEN 'issued' WHEN share < 90 THEN 'paid' ELSE 'partially_paid' END AS status,
    CASE WHEN paid_on IS NULL THEN 0 WHEN share < 90 THEN (template).due_minor
        ELSE (template).due_minor / 2 END AS settled_minor
FROM (
    SELECT m.*, share, issued_on, b.name AS counterparty, b.id AS party_id,
        ('00000000-0000-7000-8000-' || 500000000000 + {large} * 1000000 + i)::uuid AS id,
        'H-' || to_char(issued_on, 'YYYY') || '-' || i AS number,
        CASE WHEN share < 93 AND issued_on + wait <= current_date THEN issued_on + wait END AS paid_on
    FROM made m, generate_series(1, {invoices}) i,
        LATERAL (SELECT 1 + i * 31 % {parties}, (i / 300 + i) * 7919 % 100, 20 + i % 40,
            current_date - (({invoices} - i) * 1095::bigint / {invoices})::int) v (p, share, wait, issued_on),
        parties b
    WHERE n = {large} AND b.organization_id = m.organization_id
        AND b.id = ('00000000-0000-7000-8000-' || 400000000000 + n * 1000000 + p)::uuid
) s;

-- A column of the copy is that of the list, where the list has it, and else that of the template.
CREATE PROCEDURE pg_temp.copy_invoices(list regclass) LANGUAGE plpgsql AS $$
DECLARE
    names text;
    read text;
BEGIN
    SELECT string_agg(quote_ident(c.attname), ', '),
        string_agg(CASE WHEN l.attname IS NULL THEN 't.' ELSE 'l.' END || quote_ident(c.attname), ', ')
    INTO names, read
    FROM pg_attribute c LEFT JOIN pg_attribute l
        ON l.attrelid = list AND l.attname = c.attname AND l.attnum > 0
    WHERE c.attrelid = 'invoices'::regclass AND c.attnum > 0 AND NOT c.attisdropped AND c.attgenerated = '';
    EXECUTE format('INSERT INTO invoices (%s) SELECT %s FROM %s l JOIN invoices t
        ON t.organization_id = l.organization_id AND t.id = l.template_id ORDER BY l.id',
        names, read, list);

    SELECT string_agg(quote_ident(attname), ', '), string_agg(CASE attname WHEN 'id' THEN 'gen_random_uuid()'
        WHEN 'invoice_id' THEN 'l.id' ELSE 't.' || quote_ident(attname) END, ', ')
    INTO names, read
    FROM pg_attribute
    WHERE attrelid = 'invoice_lines'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    -- A trigger refuses lines of issued documents. The foreign keys of these hold by construction.
    SET LOCAL session_replication_role = replica;
    EXECUTE format('INSERT INTO invoice_lines (%s) SELECT %s FROM %s l JOIN invoice_lines t
        ON t.organization_id = l.organization_id AND t.invoice_id = l.template_id ORDER BY l.id',
        names, read, list);
    SET LOCAL session_replication_role = origin;
END $$;
CALL pg_temp.copy_invoices('subjects');
CALL pg_temp.copy_invoices('history');

INSERT INTO payments (organization_id, id, created_at, updated_at, party_id, direction, status,
    amount_minor, currency, allocated_minor, method, reference, received_on, metadata)
SELECT organization_id, overlay(id::text PLACING '7' FROM 25)::uuid, paid_on, paid_on, party_id,
    'received', 'recorded', settled_minor, 'EUR', settled_minor, 'bank_transfer', number, paid_on, '{}'
FROM history WHERE paid_on IS NOT NULL ORDER BY paid_on, id;

INSERT INTO allocations (organization_id, id, created_at, updated_at, invoice_id, payment_id, kind,
    amount_minor, allocated_on)
SELECT organization_id, overlay(id::text PLACING '8' FROM 25)::uuid, paid_on, paid_on, id,
    overlay(id::text PLACING '7' FROM 25)::uuid, 'payment', settled_minor, paid_on
FROM history WHERE paid_on IS NOT NULL ORDER BY paid_on, id;

DROP TABLE made, subjects, history;
