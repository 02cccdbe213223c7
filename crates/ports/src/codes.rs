use plinth_domain::Code;

use crate::records::{document_versions, invitations, jobs, projects};

/// The codes of the conflicts that constraints declare, in groups.
pub const CODES: &[&[Code]] =
    &[projects::CODES, document_versions::CODES, invitations::CODES, jobs::CODES];
