use plinth_domain::Permission;
use plinth_ports::{JournalFilter, JournalRecord, JournalSort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists the journal's lines.
#[derive(Debug, Clone)]
pub struct ListAuditLogs {
    /// Which.
    pub filter: JournalFilter,
    /// In which order, and from where.
    pub page: PageRequest<JournalSort>,
}

impl Query for ListAuditLogs {
    const NAME: &'static str = "audit_log.list";
    const PERMISSION: Permission = Permission::AuditLogRead;
    type Output = Page<JournalRecord>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<JournalRecord>, Error> {
        Ok(view.unit.journal().list(&self.filter, &self.page).await?)
    }
}
