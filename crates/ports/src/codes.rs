use plinth_domain::Code;

macro_rules! codes_of {
    ($($module:ident,)*) => {
        /// The codes of the conflicts that constraints declare, of verdicts on invoices, of faults of
        /// templates, and of failures of agents, in groups.
        pub const CODES: &[&[Code]] = &[
            $(crate::records::$module::CODES,)*
            crate::AGENT_CODES,
            crate::RENDERING_CODES,
            crate::TEMPLATE_CODES,
        ];
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
    prompts,
    parties,
    payments,
    bank_transactions,
    budgets,
    dunning_notices,
    contracts,
    datasets,
    evaluators,
    organization_exports,
    roles,
    teams,
}
