//! Data sets.

use plinth_domain::{Dataset, Id, Name, OrganizationId, Revision};

use super::{Constraint, Record, Unique};
use crate::{Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    DATASET_NAME_TAKEN = "dataset.name_taken", "Another data set has this name.";
}

/// Another data set of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("datasets_organization_id_name_key");

sort_keys! {
    /// The orders of a list of data sets.
    DatasetSort of Dataset, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
    Name = "name" => |record| SortValue::Text(record.name.as_str().to_owned()),
}

/// Selects the data sets of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetFilter {
    /// Only data sets with this name.
    pub name: Option<Name>,
    /// Only data sets with this in `name`, or something similar.
    pub search: Option<Search>,
}

impl Record for Dataset {
    const TABLE: &'static str = "datasets";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: DATASET_NAME_TAKEN,
        detail: "another data set has this name",
        value: |record| Some(record.name.as_str().to_owned()),
    }];
    const SEARCHED: bool = true;
    type Filter = DatasetFilter;
    type Sort = DatasetSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &DatasetFilter) -> bool {
        filter.name.as_ref().is_none_or(|value| self.name == *value)
    }
    fn search(filter: &DatasetFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let texts = [self.name.as_str()];
        texts.join(" ")
    }
}
