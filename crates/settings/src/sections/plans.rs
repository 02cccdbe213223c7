use crate::{
    declaration::section,
    plans::PlanList,
    readers::{Maybe, PlanReader},
    setting::plain,
};

section! {
    "plans"
    /// Plans of organizations, with their limits: docs/tenants.md. An operator gives an organization its
    /// plan. Without any plan, only the section `limits` counts.
    pub struct PlansOfOrganizations {
        /// The plans, as a JSON array. Each has `name` (small letters, digits and hyphens), and perhaps
        /// limits: `members`, `documents`, `storage_bytes`, `api_calls_per_day`, `executions_per_month`
        /// and `ai_nano_usd_per_month`; one that is absent is none. The plan called `default` is that of
        /// organizations without another one, and of those whose plan is not in the list any more.
        list: Option<PlanList> = "list" by Maybe(PlanReader),
            plain().example("'[{\"name\":\"default\",\"members\":3,\"documents\":1000},{\"name\":\"team\",\"members\":50}]'");
    }
}
