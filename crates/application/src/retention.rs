//! What an organization keeps no longer than its setting `retention_days`.

use plinth_domain::{OrganizationId, RetentionDays};

use crate::{Application, Error};

/// How many organizations are read at once.
const PAGE: u32 = 200;

/// How many entries one transaction removes: it holds its locks for milliseconds only.
const BATCH: u32 = 1000;

impl Application {
    /// Removes the entries of the audit log that are older than their organization keeps them, from
    /// the start of each chain. Returns their number.
    pub async fn apply_retention(&self) -> Result<u64, Error> {
        let system = &self.ports.stores.system;
        let (mut removed, mut after) = (0, None);
        loop {
            let page = system.retentions(after, PAGE).await?;
            for (organization, kept) in &page {
                match self.remove_old_entries(*organization, *kept).await {
                    Ok(entries) => removed += entries,
                    // The others need not wait for it.
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, %organization, "old entries could not be removed");
                    }
                }
            }
            after = page.last().map(|(organization, _)| *organization);
            if page.len() < PAGE as usize {
                break;
            }
        }
        system.drop_empty_partitions().await?;
        Ok(removed)
    }

    async fn remove_old_entries(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
    ) -> Result<u64, Error> {
        let mut removed = 0;
        loop {
            let system = &self.ports.stores.system;
            let batch = system.remove_old_entries(organization, kept, BATCH).await?;
            removed += batch;
            if batch < u64::from(BATCH) {
                return Ok(removed);
            }
        }
    }
}
