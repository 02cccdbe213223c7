use crate::{
    Code, codes, content_type, document, email, feature_flag, organization_settings,
    project_values, slug, text,
};

/// Every code of this crate, in groups.
pub const CODES: &[&[Code]] = &[
    codes::CODES,
    text::CODES,
    email::CODES,
    slug::CODES,
    organization_settings::CODES,
    feature_flag::CODES,
    project_values::CODES,
    content_type::CODES,
    document::CODES,
];
