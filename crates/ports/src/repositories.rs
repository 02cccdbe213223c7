//! One module a kind of record: what can be read, and what can be written
//! besides.

mod api_keys;
mod documents;
mod feature_flags;
mod feed;
mod idempotency;
mod invitations;
mod jobs;
mod journal;
mod members;
mod organizations;
mod uploads;

pub use api_keys::{ApiKeyReader, ApiKeySort, ApiKeys};
pub use documents::{
    DOCUMENT_TEXT_BYTES, DocumentFilter, DocumentReader, DocumentSort, DocumentVersionSort,
    Documents,
};
pub use feature_flags::{FeatureFlagReader, FeatureFlags};
pub use feed::{FeedReader, Numbered, Span};
pub use idempotency::Idempotency;
pub use invitations::{InvitationReader, InvitationSort, Invitations};
pub use jobs::{JobFilter, JobReader, JobSort, Jobs};
pub use journal::{Journal, JournalFilter, JournalReader, JournalSort};
pub use members::{Member, MemberReader, MemberSort, Members};
pub use organizations::{OrganizationReader, Organizations};
pub use uploads::Uploads;

/// Declares the orders of a list: `variant = "name" => value`.
macro_rules! sort_keys {
    ($(#[$doc:meta])* $name:ident of $item:ty, by $id:expr; $($variant:ident = $text:literal => $value:expr,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named after its field")]
        pub enum $name { $($variant,)+ }

        impl crate::SortKey for $name {
            type Item = $item;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
            fn value(self, item: &Self::Item) -> crate::SortValue {
                let value: fn(&Self::Item) -> crate::SortValue = match self { $(Self::$variant => $value,)+ };
                value(item)
            }
            fn identity(item: &Self::Item) -> uuid::Uuid {
                let identity: fn(&Self::Item) -> uuid::Uuid = $id;
                identity(item)
            }
        }
    };
}
pub(crate) use sort_keys;
