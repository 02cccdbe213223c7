use chrono::NaiveDate;
use plinth_domain::{InvoiceDirection, ProjectId};
use plinth_ports::records::reports::RevenueBy;
use serde::{Deserialize, Serialize};

use super::Period;
use crate::job_kind;

/// A report with all of its days, so that it is the same on another day. A payload has this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum DatedReport {
    /// What is open of each party at the end of a day.
    Receivables {
        /// The day.
        as_of: NaiveDate,
        /// Whose claims.
        #[serde(with = "direction")]
        direction: InvoiceDirection,
    },
    /// What the outgoing documents of some days have earned.
    Revenue {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
        /// How it is grouped.
        #[serde(with = "grouping")]
        by: RevenueBy,
    },
    /// The VAT of the documents of a period.
    Vat {
        /// The period.
        #[serde(with = "period")]
        period: Period,
    },
    /// The finances of a project, as they are when they are computed.
    ProjectFinances {
        /// The project.
        #[serde(with = "job_kind::id")]
        project_id: ProjectId,
    },
}

impl DatedReport {
    /// The project that it is about.
    pub(super) const fn project(self) -> Option<ProjectId> {
        match self {
            Self::ProjectFinances { project_id } => Some(project_id),
            _ => None,
        }
    }
}

/// Declares how a value with a name is stored in a payload.
macro_rules! by_name {
    ($($module:ident: $type:ty, $from_name:path;)+) => {$(
        mod $module {
            use serde::{Deserialize, Deserializer, Serializer, de::Error};

            pub(super) fn serialize<S: Serializer>(value: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&value.name())
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let name = String::deserialize(from)?;
                $from_name(&name).ok_or_else(|| D::Error::custom("there is no such name"))
            }
        }
    )+};
}

by_name! {
    direction: plinth_domain::InvoiceDirection, plinth_domain::InvoiceDirection::from_name;
    grouping: plinth_ports::records::reports::RevenueBy,
        plinth_ports::records::reports::RevenueBy::from_name;
    period: crate::reports::Period, crate::reports::Period::parse;
}
