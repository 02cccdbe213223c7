use chrono::NaiveDate;
use plinth_domain::{
    Announcement, AnnouncementId, ApiKeyId, EntryId, FlagKey, FlagOverride, InvitationId, JobId,
    Membership, Organization, OrganizationId, OrganizationStatus, PlanLimit, SessionId, Timestamp,
    Upload, UploadId, UsageMeasure, User, UserId, UserStatus,
};
use plinth_ports::{
    Admission, ChainStart, Defect, JournalRecord, Login, OperatorEntry, OperatorEntryId, TokenHash,
    UserAvatar, UserIdentity, UserIdentityId, records::series::SeriesKey,
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
    pub(super) identities: Table<UserIdentityId, UserIdentity>,
    pub(super) avatars: Table<UserId, UserAvatar>,
    /// The used states of logins at providers, and when each expires.
    pub(super) used_oidc_states: Table<TokenHash, Timestamp>,
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
    /// What was used in the period that begins on a day.
    pub(super) usage: Table<(OrganizationId, (UsageMeasure, NaiveDate)), u64>,
    /// The limits of which organizations were warned in the period that begins on a day.
    pub(super) usage_warnings: Table<(OrganizationId, (PlanLimit, NaiveDate)), ()>,
    pub(super) operator_log: Table<OperatorEntryId, OperatorEntry>,
    pub(super) announcements: Table<AnnouncementId, Announcement>,
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
            identities: Table::default(),
            avatars: Table::default(),
            used_oidc_states: Table::default(),
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
            usage: Table::default(),
            usage_warnings: Table::default(),
            operator_log: Table::default(),
            announcements: Table::default(),
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

    /// A credential of `user` in `organization`, with what it depends on.
    pub(super) fn admission<C>(
        &self,
        credential: C,
        organization: OrganizationId,
        user: UserId,
    ) -> Option<Admission<C>> {
        self.active_user(user)?;
        let place = self.organizations.get(&organization)?;
        let membership = self.membership(&(organization, user)).filter(Membership::is_active)?;
        Some(Admission {
            credential,
            membership,
            has_factor: self.users.get(&user)?.needs_factor(),
            requires_factor: place.settings.requires_second_factor,
            is_suspended: place.status != OrganizationStatus::Active,
        })
    }
}
