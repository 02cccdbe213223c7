use crate::{Dataset, Id, JsonObject, JsonText, Timestamp};

/// The identity of an item of a data set.
pub type DatasetItemId = Id<DatasetItem>;

/// An example of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetItemContent {
    /// The variables of a prompt, of at most [`Self::MAX_BYTES`].
    pub input: JsonObject,
    /// What should be answered, of at most [`Self::MAX_BYTES`].
    pub expected: Option<JsonText>,
    /// What else is known of it.
    pub metadata: JsonObject,
}

impl DatasetItemContent {
    /// The most bytes of `input` and of `expected`: 64 KiB each.
    pub const MAX_BYTES: usize = 64 * 1024;
}

/// An item of a data set. It never changes: another one takes its place from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetItem {
    /// The identity.
    pub id: DatasetItemId,
    /// Its data set.
    pub dataset: Id<Dataset>,
    /// The example.
    pub content: DatasetItemContent,
    /// From when on the data set has it.
    pub valid_from: Timestamp,
    /// From when on the data set does not have it any more; `None` while it has it.
    pub valid_to: Option<Timestamp>,
}

impl DatasetItem {
    /// Whether the data set has the item at this moment; `None` for now.
    #[must_use]
    pub fn is_valid(&self, at: Option<Timestamp>) -> bool {
        match at {
            None => self.valid_to.is_none(),
            Some(at) => self.valid_from <= at && self.valid_to.is_none_or(|end| at < end),
        }
    }
}
