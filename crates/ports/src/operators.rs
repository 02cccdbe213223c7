//! What operators read and change across organizations, in transactions of the system.

use async_trait::async_trait;
use plinth_domain::{
    Announcement, AnnouncementId, Id, Job, JobId, JsonObject, OperatorName, Organization,
    OrganizationId, SupportAccess, SupportSession, SupportSessionId, Timestamp,
};
use uuid::Uuid;

use crate::{Page, Position, Result, TokenKey};

/// One page of a list with one order: the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestFirst {
    /// The most items, 1 to 200.
    pub limit: u16,
    /// The position before the page; `None` for the first page.
    pub after: Option<Position>,
}

impl NewestFirst {
    /// How many rows show whether another page follows.
    #[must_use]
    pub fn fetch(&self) -> usize {
        usize::from(self.limit) + 1
    }

    /// The page of these items, at most [`NewestFirst::fetch`] of them.
    #[must_use]
    pub fn page<T>(&self, mut items: Vec<T>, position: impl Fn(&T) -> Position) -> Page<T> {
        let has_more = items.len() > usize::from(self.limit);
        items.truncate(usize::from(self.limit));
        let next = if has_more { items.last().map(position) } else { None };
        Page { items, next, total: None }
    }
}

/// An organization with how much it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationFigures {
    /// The organization.
    pub organization: Organization,
    /// The number of its members.
    pub members: u64,
    /// The number of its documents.
    pub documents: u64,
    /// The bytes of all versions of its documents.
    pub storage_bytes: u64,
}

/// A job that has used up its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// The job.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// How many attempts it had.
    pub attempt: u16,
    /// The error of the last one.
    pub error: Option<String>,
    /// The code of that error.
    pub error_code: Option<String>,
    /// When the job was created.
    pub created_at: Timestamp,
    /// When its last attempt failed.
    pub finished_at: Option<Timestamp>,
}

/// What is left of a removed organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureCertificate {
    /// The identity of the certificate.
    pub id: Uuid,
    /// The organization that was removed.
    pub organization: OrganizationId,
    /// The removed rows of each table, by its name.
    pub row_counts: JsonObject,
    /// The number of removed files.
    pub file_count: u64,
    /// The number of the last entry of the audit log.
    pub journal_number: Option<i64>,
    /// The hash of that entry.
    pub journal_hash: Option<Vec<u8>>,
    /// When it was removed.
    pub created_at: Timestamp,
}

/// The identity of an entry in the log of operators.
pub type OperatorEntryId = Id<OperatorEntry>;

/// One thing that an operator did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorEntry {
    /// The identity.
    pub id: OperatorEntryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub operator: OperatorName,
    /// What: `organization.suspended`.
    pub action: String,
    /// The organization that it was done to, if any.
    pub organization: Option<OrganizationId>,
    /// The record that it was done to, if it was none of them as a whole.
    pub target: Option<Uuid>,
    /// Why, as the operator says.
    pub reason: Option<String>,
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// The operator's address.
    pub address: Option<String>,
}

/// Organizations, jobs and certificates, for operators.
#[async_trait]
pub trait Operators: Send {
    /// Lists organizations in any state, those whose name contains `name` in any case. The position is
    /// that of an identity.
    async fn list_organizations(
        &mut self,
        name: Option<&str>,
        page: &NewestFirst,
    ) -> Result<Page<OrganizationFigures>>;
    /// Finds an organization in any state.
    async fn organization_figures(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationFigures>>;
    /// Lists the dead jobs of one organization, or of all.
    async fn dead_jobs(
        &mut self,
        organization: Option<OrganizationId>,
        page: &NewestFirst,
    ) -> Result<Page<DeadJob>>;
    /// Finds a job and locks it until commit.
    async fn lock_job(&mut self, organization: OrganizationId, job: JobId) -> Result<Option<Job>>;
    /// Stores the next revision of a job that is not running.
    async fn update_job(&mut self, job: &Job) -> Result<()>;
    /// Lists the certificates of removed organizations.
    async fn erasure_certificates(
        &mut self,
        page: &NewestFirst,
    ) -> Result<Page<ErasureCertificate>>;
}

/// The log of operators, and what they announce. Neither belongs to an organization.
#[async_trait]
pub trait OperatorLog: Send {
    /// Appends an entry. None is ever changed or removed.
    async fn append_operator_entry(&mut self, entry: &OperatorEntry) -> Result<()>;
    /// Lists entries.
    async fn operator_entries(&mut self, page: &NewestFirst) -> Result<Page<OperatorEntry>>;
    /// Stores a new announcement.
    async fn insert_announcement(&mut self, announcement: &Announcement) -> Result<()>;
    /// Removes an announcement. Returns whether there was one.
    async fn remove_announcement(&mut self, announcement: AnnouncementId) -> Result<bool>;
    /// Lists announcements of any time.
    async fn announcements(&mut self, page: &NewestFirst) -> Result<Page<Announcement>>;
    /// Up to `limit` announcements that are shown at `now`, the one that began first at the front.
    async fn current_announcements(
        &mut self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<Announcement>>;
}

/// Support sessions, and the consent to them.
#[async_trait]
pub trait SupportSessions: Send {
    /// Finds the consent of an organization. The unit has locked the organization.
    async fn find_support_access(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<SupportAccess>>;
    /// Finds the session of a token, in every state, unless its organization is suspended.
    async fn find_support_session(&mut self, token: &TokenKey) -> Result<Option<SupportSession>>;
    /// Finds a session and locks it until commit.
    async fn lock_support_session(
        &mut self,
        organization: OrganizationId,
        session: SupportSessionId,
    ) -> Result<Option<SupportSession>>;
    /// The number of an organization's sessions whose token is valid at `now`.
    async fn count_live_support_sessions(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<u64>;
    /// Stores a new session.
    async fn insert_support_session(&mut self, session: &SupportSession) -> Result<()>;
    /// Stores the next revision of a session.
    async fn update_support_session(&mut self, session: &SupportSession) -> Result<()>;
}
