//! What executions have cost, added up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plinth_domain::{ApiKey, Execution, Id, Model, Project, Prompt};
use plinth_ports::records::execution_usage::{UsageBy, UsageQuery, UsageRow, UsageSums};
use uuid::Uuid;

use super::{members::member, unit::Unit};

impl Unit {
    pub(super) fn usage_of(&self, asked: &UsageQuery) -> Vec<UsageRow> {
        let mut sums = BTreeMap::<(NaiveDate, Option<Uuid>), UsageSums>::new();
        for execution in self.records::<Execution>() {
            if asked.project.is_some() && execution.draft.project != asked.project {
                continue;
            }
            let created = execution.revision.created_at;
            let place = asked.periods.partition_point(|(_, begins)| *begins <= created);
            let period = place.checked_sub(1).map(|place| asked.periods[place]);
            if let Some((starts_on, _)) = period.filter(|_| created < asked.until) {
                let record = asked.by.and_then(|by| by.record(execution));
                sums.entry((starts_on, record)).or_default().add(execution);
            }
        }
        let row = |((starts_on, record), sums)| {
            let name = asked.by.zip(record).and_then(|(by, id)| self.name_of(by, id));
            UsageRow { starts_on, record, name, sums }
        };
        // PostgreSQL sorts what has no record last.
        let (with, without): (Vec<_>, Vec<_>) =
            sums.into_iter().partition(|((_, record), _)| record.is_some());
        let mut rows: Vec<_> = with.into_iter().chain(without).map(row).collect();
        rows.sort_by_key(|row| row.starts_on);
        rows.truncate(asked.limit as usize);
        rows
    }

    fn name_of(&self, by: UsageBy, id: Uuid) -> Option<String> {
        match by {
            UsageBy::Prompt => {
                self.record::<Prompt>(Id::from_uuid(id)).map(|p| p.name.as_str().to_owned())
            }
            UsageBy::Model => {
                self.record::<Model>(Id::from_uuid(id)).map(|m| m.name.as_str().to_owned())
            }
            UsageBy::ApiKey => {
                self.record::<ApiKey>(Id::from_uuid(id)).map(|k| k.name.as_str().to_owned())
            }
            UsageBy::Project => {
                self.record::<Project>(Id::from_uuid(id)).map(|p| p.name.as_str().to_owned())
            }
            UsageBy::User => {
                let tables = self.tables();
                let key = (self.organization_id(), Id::from_uuid(id));
                let member = member(tables, tables.memberships.get(&key)?)?;
                Some(member.name.as_str().to_owned())
            }
        }
    }
}
