use plinth_domain::{
    ApiKeyId, Document, DocumentId, DocumentVersion, DocumentVersionId, EntryId, FlagKey,
    FlagOverride, JobId, Membership, Organization, OrganizationId, OrganizationStatus, SessionId,
    Timestamp, Upload, UploadId, User, UserId, UserStatus, Version,
};
use plinth_ports::{JournalRecord, Result, StoreError};

use super::{
    records::RecordTables,
    rows::{
        ApiKeyRow, FlagRow, InvitationKey, InvitationRow, JobRow, ReplyKey, ReplyRow, SequenceRow,
        SessionRow, UserRow,
    },
    table::Table,
};

/// Every table, each keyed as its unique constraint says.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    pub(super) organizations: Table<OrganizationId, Organization>,
    pub(super) users: Table<UserId, UserRow>,
    pub(super) memberships: Table<(OrganizationId, UserId), Membership>,
    pub(super) invitations: Table<InvitationKey, InvitationRow>,
    pub(super) sessions: Table<(OrganizationId, SessionId), SessionRow>,
    pub(super) api_keys: Table<(OrganizationId, ApiKeyId), ApiKeyRow>,
    /// The business records.
    pub(super) records: RecordTables,
    pub(super) documents: Table<(OrganizationId, DocumentId), Document>,
    pub(super) document_versions: Table<(OrganizationId, DocumentVersionId), DocumentVersion>,
    pub(super) document_texts: Table<(OrganizationId, DocumentId), String>,
    pub(super) uploads: Table<(OrganizationId, UploadId), Upload>,
    pub(super) flags: Table<FlagKey, FlagRow>,
    pub(super) overrides: Table<(OrganizationId, FlagKey), FlagOverride>,
    pub(super) jobs: Table<(OrganizationId, JobId), JobRow>,
    /// When each schedule last ticked.
    pub(super) ticks: Table<String, Timestamp>,
    pub(super) journal: Table<(OrganizationId, EntryId), JournalRecord>,
    /// The entries without a number, in the order in which they were written.
    pub(super) pending: Table<i64, (OrganizationId, EntryId)>,
    pub(super) sequence: Table<(OrganizationId, i64), SequenceRow>,
    pub(super) replies: Table<(OrganizationId, ReplyKey), ReplyRow>,
}

impl Default for Tables {
    fn default() -> Self {
        let mut flags = Table::default();
        // The migrations bring this one, too.
        if let Ok(key) = FlagKey::parse("projects.trigram_search") {
            let description =
                "GET /projects?q= also finds words that are only similar to the query.".to_owned();
            flags.insert(key, FlagRow { description, enabled: true, rollout_percent: 100 });
        }
        Self {
            organizations: Table::default(),
            users: Table::default(),
            memberships: Table::default(),
            invitations: Table::default(),
            sessions: Table::default(),
            api_keys: Table::default(),
            records: RecordTables::default(),
            documents: Table::default(),
            document_versions: Table::default(),
            document_texts: Table::default(),
            uploads: Table::default(),
            flags,
            overrides: Table::default(),
            jobs: Table::default(),
            ticks: Table::default(),
            journal: Table::default(),
            pending: Table::default(),
            sequence: Table::default(),
            replies: Table::default(),
        }
    }
}

impl Tables {
    /// What a document is to a project, until documents are records, too.
    pub(super) fn documents_of(
        &self,
        organization: OrganizationId,
        table: &str,
        id: uuid::Uuid,
    ) -> Option<plinth_ports::Constraint> {
        let mut documents = self.documents.of(organization);
        let found = table == "projects"
            && documents.any(|document| document.project.is_some_and(|p| p.uuid() == id));
        found.then_some(plinth_ports::Constraint("documents_organization_id_project_id_fkey"))
    }

    /// The person, when they may log in.
    pub(super) fn active_user(&self, user: UserId) -> Option<&User> {
        let user = &self.users.get(&user)?.user;
        (user.status == UserStatus::Active).then_some(user)
    }

    /// The organization, when its members may work.
    pub(super) fn active_organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.get(&id).filter(|o| o.status == OrganizationStatus::Active)
    }

    /// The membership that a credential of `user` in `organization` rests on.
    pub(super) fn admits(&self, organization: OrganizationId, user: UserId) -> Option<Membership> {
        self.active_user(user)?;
        self.active_organization(organization)?;
        self.memberships.get(&(organization, user)).copied()
    }
}

/// Checks that the version a writer counts on is the one that is stored.
pub(super) fn expect(stored: Option<Version>, expected: Version) -> Result<()> {
    if stored == Some(expected) { Ok(()) } else { Err(StoreError::Stale) }
}
