use plinth_domain::{
    ApiKeyId, EntryId, FlagKey, FlagOverride, InvitationId, JobId, Membership, Organization,
    OrganizationId, OrganizationStatus, SessionId, Timestamp, Upload, UploadId, User, UserId,
    UserStatus,
};
use plinth_ports::{
    ChainStart, Defect, JournalRecord, Login, TokenHash, records::series::SeriesKey,
};

use super::{
    record_tables::RecordTables,
    rows::{FlagRow, LeaseRow, ReplyKey, ReplyRow, SequenceRow, SeriesRow, SessionRow},
    table::Table,
};

/// All tables, each with the key of its unique constraint.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    pub(super) organizations: Table<OrganizationId, Organization>,
    pub(super) users: Table<UserId, Login>,
    pub(super) memberships: Table<(OrganizationId, UserId), Membership>,
    pub(super) sessions: Table<(OrganizationId, SessionId), SessionRow>,
    pub(super) records: RecordTables,
    pub(super) invitation_tokens: Table<(OrganizationId, InvitationId), TokenHash>,
    pub(super) api_key_secrets: Table<(OrganizationId, ApiKeyId), TokenHash>,
    pub(super) uploads: Table<(OrganizationId, UploadId), Upload>,
    pub(super) number_series: Table<(OrganizationId, SeriesKey), SeriesRow>,
    pub(super) flags: Table<FlagKey, FlagRow>,
    pub(super) overrides: Table<(OrganizationId, FlagKey), FlagOverride>,
    /// The leases of the running jobs.
    pub(super) leases: Table<(OrganizationId, JobId), LeaseRow>,
    /// The last tick of each schedule.
    pub(super) ticks: Table<String, Timestamp>,
    pub(super) journal: Table<(OrganizationId, EntryId), JournalRecord>,
    /// The audit records without a number, in the order of their writing.
    pub(super) pending: Table<i64, (OrganizationId, EntryId)>,
    /// Those of them that were set aside.
    pub(super) quarantined: Table<(OrganizationId, EntryId), Defect>,
    pub(super) sequence: Table<(OrganizationId, i64), SequenceRow>,
    /// The last number that was removed from the start of each chain.
    pub(super) starts: Table<OrganizationId, ChainStart>,
    pub(super) replies: Table<(OrganizationId, ReplyKey), ReplyRow>,
}

impl Default for Tables {
    fn default() -> Self {
        let mut flags = Table::default();
        // The migrations insert this flag, too.
        if let Ok(key) = FlagKey::parse("projects.trigram_search") {
            let description =
                "GET /projects?q= also finds words that are only similar to the query.".to_owned();
            flags.insert(key, FlagRow { description, enabled: true, rollout_percent: 100 });
        }
        Self {
            organizations: Table::default(),
            users: Table::default(),
            memberships: Table::default(),
            sessions: Table::default(),
            records: RecordTables::default(),
            invitation_tokens: Table::default(),
            api_key_secrets: Table::default(),
            uploads: Table::default(),
            number_series: Table::default(),
            flags,
            overrides: Table::default(),
            leases: Table::default(),
            ticks: Table::default(),
            journal: Table::default(),
            pending: Table::default(),
            quarantined: Table::default(),
            sequence: Table::default(),
            starts: Table::default(),
            replies: Table::default(),
        }
    }
}

impl Tables {
    /// The user, when active.
    pub(super) fn active_user(&self, user: UserId) -> Option<&User> {
        let user = &self.users.get(&user)?.user;
        (user.status == UserStatus::Active).then_some(user)
    }

    /// The organization, when active.
    pub(super) fn active_organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.get(&id).filter(|o| o.status == OrganizationStatus::Active)
    }

    /// The membership that a credential of `user` in `organization` depends on.
    pub(super) fn admits(&self, organization: OrganizationId, user: UserId) -> Option<Membership> {
        self.active_user(user)?;
        self.active_organization(organization)?;
        self.memberships.get(&(organization, user)).copied()
    }
}
