//! What operators do across organizations.

use async_trait::async_trait;
use plinth_domain::{
    Announcement, AnnouncementId, DocumentVersion, Job, JobId, JobState, Organization,
    OrganizationId, SupportAccess, SupportSession, SupportSessionId, Timestamp,
};
use plinth_ports::{
    DeadJob, ErasureCertificate, NewestFirst, OperatorEntry, OperatorLog, Operators,
    OrganizationFigures, Page, Position, Record, Result, SortValue, SupportSessions, TokenKey,
    records::jobs::DEDUP_KEY_TAKEN,
};
use uuid::Uuid;

use super::{jobs::open_twin, system_unit::SystemDraft, table::expect, tables::Tables};

/// The page of items with their times and identities; by the identity alone without a time.
fn page<T>(
    mut items: Vec<T>,
    asked: &NewestFirst,
    place: impl Fn(&T) -> (Option<Timestamp>, Uuid),
) -> Page<T> {
    items.sort_by_key(|item| std::cmp::Reverse(place(item)));
    if let Some(after) = &asked.after {
        let time = match after.value {
            SortValue::Time(time) => Some(time),
            _ => None,
        };
        items.retain(|item| place(item) < (time, after.id));
    }
    items.truncate(asked.fetch());
    asked.page(items, |item| {
        let (time, id) = place(item);
        Position { value: time.map_or(SortValue::Identity, SortValue::Time), id }
    })
}

impl Tables {
    fn figures(&self, organization: &Organization) -> OrganizationFigures {
        let versions: Vec<&DocumentVersion> =
            self.records.document_versions.of(organization.id).collect();
        OrganizationFigures {
            organization: organization.clone(),
            members: self.memberships.of(organization.id).count() as u64,
            documents: versions.iter().filter(|version| version.number == 1).count() as u64,
            storage_bytes: versions.iter().map(|version| version.size_bytes).sum(),
        }
    }
}

#[async_trait]
impl Operators for SystemDraft {
    async fn list_organizations(
        &mut self,
        name: Option<&str>,
        asked: &NewestFirst,
    ) -> Result<Page<OrganizationFigures>> {
        let (tables, name) = (&self.0.tables, name.map(str::to_lowercase));
        let is_named = |one: &&Organization| {
            name.as_ref().is_none_or(|name| one.name.as_str().to_lowercase().contains(name))
        };
        let found = tables.organizations.values().filter(is_named);
        let found = found.map(|organization| tables.figures(organization)).collect();
        Ok(page(found, asked, |one: &OrganizationFigures| (None, one.organization.id.uuid())))
    }

    async fn organization_figures(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationFigures>> {
        let tables = &self.0.tables;
        Ok(tables.organizations.get(&organization).map(|found| tables.figures(found)))
    }

    async fn dead_jobs(
        &mut self,
        organization: Option<OrganizationId>,
        asked: &NewestFirst,
    ) -> Result<Page<DeadJob>> {
        let tables = &self.0.tables;
        let is_dead = |job: &&Job| {
            job.state == JobState::Dead && organization.is_none_or(|one| job.organization == one)
        };
        let jobs = tables.records.jobs.values().filter(is_dead).filter_map(|job| {
            Some(DeadJob {
                organization: job.organization,
                organization_name: tables
                    .organizations
                    .get(&job.organization)?
                    .name
                    .as_str()
                    .to_owned(),
                id: job.id,
                kind: job.kind.clone().into_owned(),
                attempt: job.attempt,
                error: job.error.clone(),
                error_code: job.error_code.clone(),
                created_at: job.revision.created_at,
                finished_at: job.finished_at,
            })
        });
        let place = |job: &DeadJob| (Some(job.created_at), job.id.uuid());
        Ok(page(jobs.collect(), asked, place))
    }

    async fn lock_job(&mut self, organization: OrganizationId, job: JobId) -> Result<Option<Job>> {
        Ok(self.0.tables.records.jobs.get(&(organization, job)).cloned())
    }

    async fn update_job(&mut self, job: &Job) -> Result<()> {
        let (key, tables) = ((job.organization, job.id), &self.0.tables);
        let stored = tables.records.jobs.get(&key).map(|row| row.revision.version);
        expect(stored, job.revision.previous())?;
        let has_twin = open_twin(tables, job.organization, job).is_some();
        self.0.forbid(has_twin, DEDUP_KEY_TAKEN.0)?;
        self.0.tables.records.jobs.insert(key, job.clone());
        Ok(())
    }

    /// Nothing is removed here.
    async fn erasure_certificates(&mut self, _: &NewestFirst) -> Result<Page<ErasureCertificate>> {
        Ok(Page { items: Vec::new(), next: None, total: None })
    }
}

#[async_trait]
impl OperatorLog for SystemDraft {
    async fn append_operator_entry(&mut self, entry: &OperatorEntry) -> Result<()> {
        self.0.tables.operator_log.insert(entry.id, entry.clone());
        Ok(())
    }

    async fn operator_entries(&mut self, asked: &NewestFirst) -> Result<Page<OperatorEntry>> {
        let entries = self.0.tables.operator_log.values().cloned().collect();
        Ok(page(entries, asked, |entry: &OperatorEntry| (Some(entry.at), entry.id.uuid())))
    }

    async fn insert_announcement(&mut self, announcement: &Announcement) -> Result<()> {
        self.0.tables.announcements.insert(announcement.id, announcement.clone());
        Ok(())
    }

    async fn remove_announcement(&mut self, announcement: AnnouncementId) -> Result<bool> {
        Ok(self.0.tables.announcements.retain(|id, _| *id != announcement) == 1)
    }

    async fn announcements(&mut self, asked: &NewestFirst) -> Result<Page<Announcement>> {
        let all = self.0.tables.announcements.values().cloned().collect();
        Ok(page(all, asked, |one: &Announcement| (Some(one.created_at), one.id.uuid())))
    }

    async fn current_announcements(
        &mut self,
        now: Timestamp,
        limit: u16,
    ) -> Result<Vec<Announcement>> {
        let all = self.0.tables.announcements.values();
        let mut current: Vec<_> = all.filter(|one| one.is_current(now)).cloned().collect();
        current.sort_by_key(|one| (one.starts_at, one.id));
        current.truncate(limit.into());
        Ok(current)
    }
}

#[async_trait]
impl SupportSessions for SystemDraft {
    async fn find_support_access(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<SupportAccess>> {
        let key = (organization, SupportAccess::id_of(organization));
        Ok(self.0.tables.records.support_access.get(&key).cloned())
    }

    async fn find_support_session(&mut self, token: &TokenKey) -> Result<Option<SupportSession>> {
        let tables = &self.0.tables;
        let active = token.organization.and_then(|named| tables.active_organization(named));
        let Some(organization) = active else { return Ok(None) };
        let mut sessions = tables.records.support_sessions.of(organization.id);
        Ok(sessions.find(|session| session.token.0 == token.hash).cloned())
    }

    async fn lock_support_session(
        &mut self,
        organization: OrganizationId,
        session: SupportSessionId,
    ) -> Result<Option<SupportSession>> {
        Ok(self.0.tables.records.support_sessions.get(&(organization, session)).cloned())
    }

    async fn count_live_support_sessions(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<u64> {
        let sessions = self.0.tables.records.support_sessions.of(organization);
        Ok(sessions.filter(|session| session.is_live(now)).count() as u64)
    }

    async fn insert_support_session(&mut self, session: &SupportSession) -> Result<()> {
        let key = (session.organization, session.id);
        let exists = self.0.tables.records.support_sessions.contains(&key);
        self.0.forbid(exists, &format!("{}_pkey", SupportSession::TABLE))?;
        self.0.tables.records.support_sessions.insert(key, session.clone());
        Ok(())
    }

    async fn update_support_session(&mut self, session: &SupportSession) -> Result<()> {
        let key = (session.organization, session.id);
        let sessions = &mut self.0.tables.records.support_sessions;
        let stored = sessions.get(&key).map(|row| row.revision.version);
        expect(stored, session.revision.previous())?;
        sessions.insert(key, session.clone());
        Ok(())
    }
}
