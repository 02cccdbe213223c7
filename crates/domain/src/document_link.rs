use chrono::TimeDelta;

use crate::{DocumentId, Id, Invalid, Name, OrganizationId, Patch, Revision, Timestamp};

crate::codes! {
    DOCUMENT_LINK_EXPIRY = "document_link.expiry",
        "A document link ends in the future, at most 366 days from now.";
    DOCUMENT_LINK_DOWNLOADS = "document_link.downloads",
        "A document link has room for 1 to 1,000,000 downloads.";
}

/// The identity of a document link.
pub type DocumentLinkId = Id<DocumentLink>;

/// The hash of a link's password as a PHC string. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkPassword(pub String);

impl std::fmt::Debug for LinkPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkPassword(…)")
    }
}

/// How often a document may be downloaded by a link: 1 to 1,000,000 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxDownloads(u32);

impl MaxDownloads {
    /// The most downloads of one link.
    pub const MAX: u32 = 1_000_000;

    /// Parses a number.
    pub fn parse(number: i64) -> Result<Self, Invalid> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(Invalid::new(DOCUMENT_LINK_DOWNLOADS, "must be from 1 to 1000000")),
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The values of a new document link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLinkDraft {
    /// The document.
    pub document: DocumentId,
    /// Whom it is for.
    pub label: Option<Name>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How often the document may be downloaded; `None` for any number of times.
    pub max_downloads: Option<MaxDownloads>,
    /// What a reader must know.
    pub password: Option<LinkPassword>,
}

/// A change to a document link. The document and the password stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentLinkChanges {
    /// Sets `label`, or clears it.
    pub label: Patch<Name>,
    /// Sets `expires_at`.
    pub expires_at: Option<Timestamp>,
    /// Sets `max_downloads`, or clears it.
    pub max_downloads: Patch<MaxDownloads>,
}

/// A link by which readers without an account download one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The identity.
    pub id: DocumentLinkId,
    /// The organization that owns the document.
    pub organization: OrganizationId,
    /// The document.
    pub document: DocumentId,
    /// Whom it is for.
    pub label: Option<Name>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How often the document may be downloaded; `None` for any number of times.
    pub max_downloads: Option<MaxDownloads>,
    /// How often it was.
    pub downloads: u32,
    /// What a reader must know.
    pub password: Option<LinkPassword>,
    /// The version, and when it was written.
    pub revision: Revision,
}

impl DocumentLink {
    /// The longest time that a link is valid for.
    pub const MAX_LIFETIME: TimeDelta = TimeDelta::days(366);

    /// A new document link.
    #[must_use]
    pub fn create(
        id: DocumentLinkId,
        organization: OrganizationId,
        draft: DocumentLinkDraft,
        at: Timestamp,
    ) -> Self {
        let DocumentLinkDraft { document, label, expires_at, max_downloads, password } = draft;
        Self {
            id,
            organization,
            document,
            label,
            expires_at,
            max_downloads,
            downloads: 0,
            password,
            revision: Revision::first(at),
        }
    }

    /// Checks when a link ends that is made or prolonged at `at`.
    pub fn check_expiry(expires_at: Timestamp, at: Timestamp) -> Result<(), Invalid> {
        if expires_at > at && expires_at - at <= Self::MAX_LIFETIME {
            return Ok(());
        }
        let detail = "must be in the future, at most 366 days from now";
        Err(Invalid::new(DOCUMENT_LINK_EXPIRY, detail))
    }

    /// The document link after a change.
    #[must_use]
    pub fn change(mut self, changes: DocumentLinkChanges, at: Timestamp) -> Self {
        changes.label.apply(&mut self.label);
        self.expires_at = changes.expires_at.unwrap_or(self.expires_at);
        changes.max_downloads.apply(&mut self.max_downloads);
        Self { revision: self.revision.next(at), ..self }
    }

    /// Whether the document can still be downloaded by it.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at > now && self.downloads_left() != Some(0)
    }

    /// How many downloads are left; `None` for any number.
    #[must_use]
    pub fn downloads_left(&self) -> Option<u32> {
        self.max_downloads.map(|max| max.number().saturating_sub(self.downloads))
    }

    /// The link after one download more.
    #[must_use]
    pub fn downloaded(self, at: Timestamp) -> Self {
        Self {
            downloads: self.downloads.saturating_add(1),
            revision: self.revision.next(at),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn link(max_downloads: Option<i64>) -> DocumentLink {
        let draft = DocumentLinkDraft {
            document: Id::from_uuid(Uuid::from_u128(1)),
            label: None,
            expires_at: Timestamp::UNIX_EPOCH + TimeDelta::days(7),
            max_downloads: max_downloads.map(|max| MaxDownloads::parse(max).unwrap()),
            password: Some(LinkPassword("$argon2id$hidden".to_owned())),
        };
        let id = Uuid::nil();
        DocumentLink::create(Id::from_uuid(id), Id::from_uuid(id), draft, Timestamp::UNIX_EPOCH)
    }

    proptest! {
        #[test]
        fn a_link_is_downloaded_as_often_as_it_says(max in 1i64..20, more in 0i64..3) {
            let mut link = link(Some(max));
            for left in (0..max).rev() {
                prop_assert!(link.is_live(Timestamp::UNIX_EPOCH));
                link = link.downloaded(Timestamp::UNIX_EPOCH);
                prop_assert_eq!(link.downloads_left().map(i64::from), Some(left));
            }
            prop_assert!(!link.is_live(Timestamp::UNIX_EPOCH));
            let max_downloads = Patch::Set(MaxDownloads::parse(max + more).unwrap());
            let changes = DocumentLinkChanges { max_downloads, ..DocumentLinkChanges::default() };
            prop_assert_eq!(link.change(changes, Timestamp::UNIX_EPOCH).is_live(Timestamp::UNIX_EPOCH), more > 0);
        }
    }

    #[test]
    fn a_link_ends_at_its_time() {
        let link = link(None);
        assert!(link.is_live(link.expires_at - TimeDelta::microseconds(1)));
        assert!(!link.is_live(link.expires_at));
    }

    #[test]
    fn a_link_is_valid_for_a_year_at_most() {
        let now = Timestamp::UNIX_EPOCH;
        for (ends, is_valid) in [
            (TimeDelta::zero(), false),
            (TimeDelta::microseconds(1), true),
            (DocumentLink::MAX_LIFETIME, true),
            (DocumentLink::MAX_LIFETIME + TimeDelta::microseconds(1), false),
        ] {
            assert_eq!(DocumentLink::check_expiry(now + ends, now).is_ok(), is_valid, "{ends}");
        }
    }

    #[test]
    fn a_number_of_downloads_is_bounded() {
        for refused in [i64::MIN, -1, 0, 1_000_001, i64::MAX] {
            assert!(MaxDownloads::parse(refused).is_err(), "{refused}");
        }
        assert_eq!(MaxDownloads::parse(1_000_000).unwrap().number(), 1_000_000);
    }

    #[test]
    fn the_password_of_a_link_is_never_printed() {
        assert!(!format!("{:?}", link(None)).contains("hidden"));
    }
}
