use uuid::Uuid;

/// Which identities become which others, wherever a row has them: also in keys of files, and in texts.
/// The identities of records stay, because they are unique within an organization.
pub(super) struct Mapping(Vec<(String, String)>);

impl Mapping {
    /// That of the organization.
    pub(super) fn new(from: Uuid, to: Uuid) -> Self {
        let mut mapping = Self(Vec::new());
        mapping.add((from != to).then_some((from, to)));
        mapping
    }

    pub(super) fn add(&mut self, others: impl IntoIterator<Item = (Uuid, Uuid)>) {
        self.0.extend(others.into_iter().map(|(from, to)| (from.to_string(), to.to_string())));
    }

    /// The row with the identities here.
    pub(super) fn apply(&self, row: String) -> String {
        self.0.iter().fold(
            row,
            |row, (from, to)| {
                if row.contains(from) { row.replace(from, to) } else { row }
            },
        )
    }
}
