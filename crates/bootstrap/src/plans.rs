use plinth_application::plans::{Plan, Plans};
use plinth_domain::{PlanLimit, PlanLimits, PlanName};
use plinth_settings::{PlanList, PlanSettings, Settings};

/// The plans of the settings.
pub(crate) fn of(settings: &Settings) -> Plans {
    let list = settings.plans.list.as_ref().map(PlanList::as_slice).unwrap_or_default();
    Plans::new(list.iter().filter_map(plan).collect())
}

/// The settings have checked the name by the same rule.
fn plan(set: &PlanSettings) -> Option<Plan> {
    let limits = PlanLimits::default()
        .with(PlanLimit::Members, set.members)
        .with(PlanLimit::Documents, set.documents)
        .with(PlanLimit::StorageBytes, set.storage_bytes)
        .with(PlanLimit::ApiCallsPerDay, set.api_calls_per_day)
        .with(PlanLimit::ExecutionsPerMonth, set.executions_per_month)
        .with(PlanLimit::AiNanoUsdPerMonth, set.ai_nano_usd_per_month);
    Some(Plan { name: PlanName::parse(&set.name).ok()?, limits })
}
