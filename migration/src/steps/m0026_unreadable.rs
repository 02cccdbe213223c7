//! A file that cannot be read is `unreadable` and not `rejected`: its owner can download it.

use super::Sql;
use crate::tenancy::unforced;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0026_unreadable",
        up: [CONSTRAINTS, &unforced(&["documents", "document_versions"], REJECTED)].join("\n"),
        down: "ALTER TABLE documents NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE document_versions NO FORCE ROW LEVEL SECURITY;
            UPDATE documents SET status = 'rejected', version = version + 1
                WHERE status = 'unreadable';
            UPDATE document_versions SET status = 'rejected', version = version + 1
                WHERE status = 'unreadable';
            ALTER TABLE documents FORCE ROW LEVEL SECURITY;
            ALTER TABLE document_versions FORCE ROW LEVEL SECURITY;
            ALTER TABLE documents DROP CONSTRAINT documents_status_check,
                ADD CONSTRAINT documents_status_check
                CHECK (status IN ('pending', 'processing', 'ready', 'rejected', 'failed'));
            ALTER TABLE document_versions DROP CONSTRAINT document_versions_status_check,
                ADD CONSTRAINT document_versions_status_check
                CHECK (status IN ('pending', 'processing', 'ready', 'rejected', 'failed')),
                DROP CONSTRAINT document_versions_verdict_check,
                ADD CONSTRAINT document_versions_verdict_check CHECK (
                    (status IN ('rejected', 'failed'))
                        = (verdict_code IS NOT NULL AND verdict_detail IS NOT NULL))",
    }
}

const CONSTRAINTS: &str = "
    ALTER TABLE documents DROP CONSTRAINT documents_status_check,
        ADD CONSTRAINT documents_status_check CHECK (
            status IN ('pending', 'processing', 'ready', 'unreadable', 'rejected', 'failed'));
    ALTER TABLE document_versions DROP CONSTRAINT document_versions_status_check,
        ADD CONSTRAINT document_versions_status_check CHECK (
            status IN ('pending', 'processing', 'ready', 'unreadable', 'rejected', 'failed')),
        DROP CONSTRAINT document_versions_verdict_check,
        ADD CONSTRAINT document_versions_verdict_check CHECK (
            (status IN ('unreadable', 'rejected', 'failed'))
                = (verdict_code IS NOT NULL AND verdict_detail IS NOT NULL));";

/// Only a file that was changed in the storage stays rejected. The `ETag` of a document is its
/// version, so the version grows with the change.
const REJECTED: &str = "
    UPDATE documents d SET status = 'unreadable', version = d.version + 1
        FROM document_versions v
        WHERE v.organization_id = d.organization_id AND v.id = d.current_version_id
            AND d.status = 'rejected' AND v.verdict_code <> 'document.corrupted';
    UPDATE document_versions SET status = 'unreadable', version = version + 1
        WHERE status = 'rejected' AND verdict_code <> 'document.corrupted'";
