-- The parties of business records, on top of seed.sql. Identities follow from numbers, as there. The
-- large organization has many, the others one.
INSERT INTO parties (organization_id, id, name, number, role, street, postal_code, city, country,
    language, consumer, dunning_blocked, archived)
SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid,
    ('00000000-0000-7000-8000-' || 400000000000 + n * 1000000 + p)::uuid,
    ('{list}'::text[])[1 + p % {count}] || ' ' || p, (10000 + p)::text, 'customer', 'Quay ' || p,
    '20457', 'Hamburg', 'DE', 'en', false, false, false
FROM generate_series(1, {organizations}) n,
    generate_series(1, CASE n WHEN {large} THEN {parties} ELSE 1 END) p;
