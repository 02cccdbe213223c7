use crate::{
    Code, codes, content_type, document, email, feature_flag, organization_settings, party,
    project_values, series_pattern, slug, text,
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
    party::address::CODES,
    party::bank_account::CODES,
    party::e_invoice_address::CODES,
    party::leitweg_id::CODES,
    party::vat_id::CODES,
    series_pattern::CODES,
    content_type::CODES,
    document::CODES,
];
