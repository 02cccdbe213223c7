//! The codes of single operations, until they stand beside their handlers.

use utoipa::openapi::{OpenApi, ResponseBuilder};

use super::operations::operations_mut;

const OWN: &[(&str, &[(u16, &str)])] = &[
    ("register", &[(409, "auth.email_taken, organization.slug_taken")]),
    ("login", &[(401, "auth.invalid_credentials"), (403, "auth.no_organization")]),
    ("refresh", &[(401, "auth.invalid_token")]),
    ("logout", &[(403, "auth.users_only")]),
    ("switch_organization", &[(403, "auth.users_only"), (404, "not_found")]),
    ("change_password", &[(401, "auth.invalid_credentials"), (403, "auth.users_only")]),
    (
        "accept_invitation",
        &[(401, "auth.invalid_token, auth.invalid_credentials"), (409, "member.exists")],
    ),
    ("update_member", &[(403, "member.owners_only"), (409, "member.last_owner")]),
    ("remove_member", &[(403, "member.owners_only"), (409, "member.last_owner")]),
    ("create_invitation", &[(403, "member.owners_only"), (409, "invitation.open")]),
    ("revoke_invitation", &[(409, "state.transition")]),
    ("create_api_key", &[(403, "api_key.exceeds_creator")]),
    ("revoke_api_key", &[(409, "state.transition")]),
    ("create_project", &[(409, "project.code_taken")]),
    ("update_project", &[(409, "project.code_taken, state.transition")]),
    ("delete_project", &[(409, "state.transition, project.has_documents, record.in_use")]),
    (
        "create_document",
        &[(400, "body.malformed"), (415, "body.media_type"), (422, "body.invalid")],
    ),
    ("put_document_content", &[(422, "body.invalid"), (409, "document.concurrent_version")]),
    ("get_document_content", &[(409, "document.rejected"), (416, "range.unsatisfiable")]),
    (
        "create_direct_upload",
        &[(404, "not_found"), (409, "upload.direct_unavailable"), (413, "document.too_large")],
    ),
    (
        "complete_direct_upload",
        &[(409, "upload.in_use, document.concurrent_version, state.transition")],
    ),
    ("abandon_direct_upload", &[(409, "upload.in_use, state.transition")]),
    (
        "create_upload",
        &[
            (400, "upload.header"),
            (404, "not_found"),
            (412, "upload.version"),
            (413, "document.too_large"),
            (422, "body.invalid"),
            (503, "upload.too_many"),
        ],
    ),
    ("get_upload", &[(412, "upload.version")]),
    (
        "append_upload",
        &[
            (400, "upload.header, upload.checksum"),
            (409, "upload.offset, upload.in_use, document.concurrent_version, state.transition"),
            (412, "upload.version"),
            (415, "body.media_type"),
            (422, "body.invalid"),
            (460, "upload.checksum_mismatch"),
        ],
    ),
    ("terminate_upload", &[(409, "upload.in_use, state.transition"), (412, "upload.version")]),
    ("retry_job", &[(409, "state.transition, job.duplicate")]),
    ("cancel_job", &[(409, "state.transition")]),
    ("verify_audit_log", &[(409, "audit_log.number")]),
    ("get_events", &[(409, "events.resync_required")]),
    ("stream_events", &[(429, "streams.too_many")]),
    (
        "open_socket",
        &[
            (400, "ws.handshake"),
            (403, "ws.origin"),
            (426, "ws.handshake"),
            (429, "streams.too_many"),
        ],
    ),
];

/// Declares them as an attribute would.
pub(super) fn declare(document: &mut OpenApi) {
    for (_, operation) in operations_mut(document) {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        let own = OWN.iter().find(|(known, _)| *known == id).map(|(_, own)| *own);
        for (status, codes) in own.unwrap_or_default() {
            let response = ResponseBuilder::new().description(*codes).build();
            operation.responses.responses.insert(status.to_string(), response.into());
        }
    }
}
