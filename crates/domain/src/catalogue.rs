use crate::{
    Code, codes, content_type, currency, decimal, document, email, feature_flag, money,
    organization_settings, pricing, project_values, slug, text, vat,
};

/// Every code of this crate, in groups.
pub const CODES: &[&[Code]] = &[
    codes::CODES,
    text::CODES,
    email::CODES,
    slug::CODES,
    organization_settings::CODES,
    currency::CODES,
    money::CODES,
    decimal::CODES,
    vat::CODES,
    pricing::CODES,
    feature_flag::CODES,
    project_values::CODES,
    content_type::CODES,
    document::CODES,
];
