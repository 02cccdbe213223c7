//! Plans of organizations, as an operator writes them.

use serde::Deserialize;

/// The most plans.
const MAX: usize = 50;

/// A plan. A limit that is not there is none.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct PlanSettings {
    /// Its name.
    pub name: String,
    /// Members, together with the open invitations.
    pub members: Option<u64>,
    /// Documents.
    pub documents: Option<u64>,
    /// Bytes of all versions of documents and of open uploads.
    pub storage_bytes: Option<u64>,
    /// Requests of the API on a day.
    pub api_calls_per_day: Option<u64>,
    /// Executions that are begun in a month.
    pub executions_per_month: Option<u64>,
    /// What executions cost in a month, in nano-USD.
    pub ai_nano_usd_per_month: Option<u64>,
}

impl PlanSettings {
    fn is_good(&self) -> bool {
        let limits = [
            self.members,
            self.documents,
            self.storage_bytes,
            self.api_calls_per_day,
            self.executions_per_month,
            self.ai_nano_usd_per_month,
        ];
        let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=50).contains(&self.name.len())
            && self.name.bytes().all(is_part)
            && limits.into_iter().flatten().all(|limit| limit <= 1 << 60)
    }
}

/// The plans, each with a name of its own.
#[derive(Clone, Debug, Default)]
pub struct PlanList(Vec<PlanSettings>);

impl PlanList {
    /// Parses a JSON array.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plans: Vec<PlanSettings> = serde_json::from_str(text).ok()?;
        let is_new = |place: usize, plan: &PlanSettings| {
            !plans[..place].iter().any(|other| other.name == plan.name)
        };
        let mut all = plans.iter().enumerate();
        let are_good = all.all(|(place, plan)| plan.is_good() && is_new(place, plan));
        (are_good && plans.len() <= MAX).then_some(Self(plans))
    }

    /// The plans.
    #[must_use]
    pub fn as_slice(&self) -> &[PlanSettings] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_an_array_of_objects_with_names_that_differ() {
        let read = PlanList::parse(r#"[{"name":"free","members":3},{"name":"team"}]"#).unwrap();
        assert_eq!(read.as_slice()[0].members, Some(3));
        assert_eq!(read.as_slice()[1].members, None);
        assert!(PlanList::parse("[]").is_some());
        for wrong in [
            r#"{"name":"free"}"#,
            r#"[{"name":"free"},{"name":"free"}]"#,
            r#"[{"name":"Free"}]"#,
            r#"[{"name":""}]"#,
            r#"[{"name":"free","member":3}]"#,
            r#"[{"name":"free","members":-1}]"#,
            r#"[{"name":"free","members":2000000000000000000}]"#,
        ] {
            assert!(PlanList::parse(wrong).is_none(), "{wrong}");
        }
    }
}
