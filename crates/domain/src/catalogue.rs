use crate::{
    Code, codes, content_type, contract, currency, decimal, document, email, feature_flag, invoice,
    money, organization_settings, party, pricing, project_values, series_pattern, slug, text, vat,
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
    invoice::credit::CODES,
    invoice::issuing::CODES,
    invoice::line::CODES,
    invoice::settlement::CODES,
    invoice::values::CODES,
    feature_flag::CODES,
    project_values::CODES,
    contract::CODES,
    party::address::CODES,
    party::bank_account::CODES,
    party::e_invoice_address::CODES,
    party::leitweg_id::CODES,
    party::vat_id::CODES,
    series_pattern::CODES,
    content_type::CODES,
    document::CODES,
];
