//! Bounds on stored JSON, measured as its text is given back: `jsonb` prints numbers in full, so
//! that `1e308` becomes 309 digits.

use super::Sql;
use crate::tenancy::unforced;

/// Table, column, what is measured, and the most bytes. The application allows 16 KiB of metadata; the
/// schema also takes what an older version has stored. An audit record holds two representations.
const BOUNDS: &[(&str, &str, &str, u32)] = &[
    (
        "audit_logs",
        "before",
        "coalesce(octet_length(before::text), 0) + coalesce(octet_length(after::text), 0)",
        61_440,
    ),
    ("document_versions", "properties", "octet_length(properties::text)", 32_768),
    ("documents", "metadata", "octet_length(metadata::text)", 32_768),
    ("idempotency_keys", "headers", "octet_length(headers::text)", 4096),
    ("idempotency_keys", "body", "octet_length(body)", 65_536),
    ("jobs", "payload", "octet_length(payload::text)", 32_768),
    ("organizations", "settings", "octet_length(settings::text)", 16_384),
    ("projects", "metadata", "octet_length(metadata::text)", 32_768),
    ("uploads", "metadata", "octet_length(metadata::text)", 32_768),
];

pub(super) fn step() -> Sql {
    let add = |(table, column, size, most): &(&str, &str, &str, u32)| {
        // Not validated: rows that are never written again may stay as they are, and the audit log
        // must not be changed.
        format!(
            "ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_size_check \
             CHECK ({size} <= {most}) NOT VALID;"
        )
    };
    let bounds: Vec<String> = BOUNDS.iter().map(add).collect();
    Sql {
        name: "m0021_json_bounds",
        up: [
            SHORTENED,
            &unforced(&["projects", "documents", "uploads"], &shorten()),
            "DROP FUNCTION shortened(jsonb, integer);",
            &bounds.join("\n"),
        ]
        .join("\n"),
        down: "ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_before_size_check;
            ALTER TABLE document_versions DROP CONSTRAINT document_versions_properties_size_check;
            ALTER TABLE documents DROP CONSTRAINT documents_metadata_size_check;
            ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_headers_size_check;
            ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_body_size_check;
            ALTER TABLE jobs DROP CONSTRAINT jobs_payload_size_check;
            ALTER TABLE organizations DROP CONSTRAINT organizations_settings_size_check;
            ALTER TABLE projects DROP CONSTRAINT projects_metadata_size_check;
            ALTER TABLE uploads DROP CONSTRAINT uploads_metadata_size_check;",
    }
}

/// Makes strings of the numbers that the application refuses, and of those with more characters than
/// `digits`: `1e308` becomes `"1e+308"`.
const SHORTENED: &str = r"
    CREATE FUNCTION shortened(value jsonb, digits integer) RETURNS jsonb
        LANGUAGE plpgsql IMMUTABLE
    AS $$
    DECLARE
        size numeric;
    BEGIN
        CASE jsonb_typeof(value)
            WHEN 'number' THEN
                size := abs(value::numeric);
                IF size >= 9223372036854775808 OR size > 0 AND size < 1e-20
                    OR length(value::text) > digits
                THEN
                    RETURN to_jsonb(value::float8::text);
                END IF;
                RETURN value;
            WHEN 'array' THEN
                RETURN coalesce((SELECT jsonb_agg(public.shortened(e.item, digits) ORDER BY e.place)
                    FROM jsonb_array_elements(value) WITH ORDINALITY e (item, place)), value);
            WHEN 'object' THEN
                RETURN coalesce((SELECT jsonb_object_agg(e.key, public.shortened(e.value, digits))
                    FROM jsonb_each(value) e), value);
            ELSE
                RETURN value;
        END CASE;
    END $$;
    REVOKE EXECUTE ON FUNCTION shortened(jsonb, integer) FROM PUBLIC;";

/// Stored metadata becomes what the application accepts, as a new version. What is still too large
/// consists of numbers with many zeros.
fn shorten() -> String {
    let update = |table: &str| {
        format!(
            "UPDATE {table} SET metadata = shortened(metadata, 1000), version = version + 1
                WHERE metadata::text ~ '[0-9]{{20}}' AND metadata <> shortened(metadata, 1000);
            UPDATE {table} SET metadata = shortened(metadata, 8), version = version + 1
                WHERE octet_length(metadata::text) > 32768"
        )
    };
    ["projects", "documents", "uploads"].map(update).join(";\n")
}
