use plinth_domain::Code;

macro_rules! codes_of {
    ($($module:ident,)*) => {
        /// The codes of the conflicts that constraints declare, and of verdicts on invoices, in groups.
        pub const CODES: &[&[Code]] =
            &[$(crate::records::$module::CODES,)* crate::RENDERING_CODES];
    };
}

codes_of! {
    document_versions,
    invitations,
    invoices,
    jobs,
    model_prices,
    models,
    projects,
    parties,
    payments,
    bank_transactions,
    dunning_notices,
    contracts,
}
