use std::collections::BTreeSet;

use crate::{
    Error,
    field::{Field, Kind},
    name::Name,
    reserved::Use,
    workspace::{Existing, Workspace},
};

/// What PostgreSQL keeps of an identifier.
const MAX_IDENTIFIER: usize = 63;

/// A record that is to be written.
#[derive(Debug, Clone)]
pub struct Record {
    pub(crate) name: Name,
    pub(crate) plural: Name,
    pub(crate) fields: Vec<Field>,
}

impl Record {
    /// Parses a name, its plural unless it is regular, and `name:type` fields,
    /// and checks that they fit together and into the workspace.
    pub fn parse(
        workspace: &Workspace,
        name: &str,
        plural: Option<&str>,
        fields: &[String],
    ) -> Result<Self, Error> {
        let name = Name::parse(name, Use::Record)?;
        let plural = match plural {
            Some(plural) => Name::parse(plural, Use::Plural)?,
            None => Name::parse(&name.plural(), Use::Plural)?,
        };
        if plural == name {
            return Err(Error::name(&name.snake, "is its own plural; say another: --plural"));
        }
        let fields = fields
            .iter()
            .map(|text| Field::parse(text, workspace))
            .collect::<Result<Vec<_>, _>>()?;
        let record = Self { name, plural, fields };
        record.check()?;
        Ok(record)
    }

    fn check(&self) -> Result<(), Error> {
        if self.fields.iter().all(|field| field.json_name() == "metadata") {
            let reason = "needs a field besides its metadata, such as title:text";
            return Err(Error::name(&self.name.snake, reason));
        }
        let mut columns = BTreeSet::new();
        for column in self.fields.iter().flat_map(Field::columns) {
            if !columns.insert(column.name.clone()) {
                return Err(Error::name(&column.name, "is there twice"));
            }
            // The longest name that is made of it.
            let constraint = format!("{}_organization_id_{}_fkey", self.plural.snake, column.name);
            if constraint.len() > MAX_IDENTIFIER {
                let reason = format!("is too long: PostgreSQL would cut the name {constraint}");
                return Err(Error::name(&column.name, reason));
            }
        }
        Ok(())
    }

    /// The records that it refers to.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Existing> {
        self.fields.iter().filter_map(|field| match &field.kind {
            Kind::Ref(target) => Some(target),
            _ => None,
        })
    }

    /// The columns and constraints of its table, in SQL.
    pub(crate) fn constraints(&self) -> Vec<String> {
        let columns = self.fields.iter().flat_map(Field::columns);
        let columns = columns.map(|column| format!("{} {}", column.name, column.sql));
        let constraints = self.fields.iter().flat_map(|f| f.constraints(&self.plural.snake));
        columns.chain(constraints).collect()
    }

    /// The names that the record adds to the domain's.
    pub(crate) fn types(&self) -> Vec<String> {
        let of = |suffix: &str| format!("{}{suffix}", self.name.pascal);
        let mut types = vec![of(""), of("Changes"), of("Draft"), of("Id")];
        types.extend(self.fields.iter().filter(|f| f.is_enum()).map(|f| f.inner(&self.name)));
        types
    }
}
