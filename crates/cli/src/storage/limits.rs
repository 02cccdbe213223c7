//! What a repair may change.

use clap::Args;
use plinth_application::{
    Application,
    storage::{Discrepancy, Ownership, Verified},
};

use crate::{failure::Result, terminal};

/// So many blobs or versions may be changed always: in a small storage they are a large part.
const FEW: u64 = 10;

#[derive(Debug, Args)]
pub(super) struct RepairLimits {
    /// With --repair: do not ask for a confirmation
    #[arg(long, requires = "repair")]
    yes: bool,

    /// With --repair: the largest part of all blobs, and of all versions, that may be changed
    #[arg(long, value_name = "PERCENT", default_value_t = 5, requires = "repair",
          value_parser = clap::value_parser!(u8).range(0..=100))]
    at_most: u8,
}

impl RepairLimits {
    /// Refuses a repair that would destroy live files: of a storage that is not this database's, of
    /// too many files, or without a confirmation.
    pub(super) async fn check(
        &self,
        app: &Application,
        verified: Verified,
        found: &[Discrepancy],
    ) -> Result<()> {
        match app.storage_ownership().await? {
            Ownership::Ours => {}
            Ownership::Unclaimed => {
                return Err(
                    "the storage belongs to no database yet: if no other installation uses \
                            it, run `plinth storage adopt` first"
                        .into(),
                );
            }
            Ownership::Foreign => {
                return Err("the storage belongs to another database, of which this one may be a \
                            restored or cloned copy: nothing was changed. See docs/backup.md \
                            before you run `plinth storage adopt`"
                    .into());
            }
        }
        let orphans = found.iter().filter(|one| matches!(one, Discrepancy::Orphan(_))).count();
        let (orphans, lost) = (orphans as u64, (found.len() - orphans) as u64);
        self.refuse_many(orphans, verified.blobs, "blobs")?;
        self.refuse_many(lost, verified.versions, "versions")?;
        let question = format!("remove {orphans} blobs, and mark {lost} versions as failed?");
        terminal::confirm(&question, self.yes)
    }

    fn refuse_many(&self, some: u64, all: u64, what: &str) -> Result<()> {
        let percent = u64::from(self.at_most);
        if some <= FEW || some * 100 <= all * percent {
            return Ok(());
        }
        let message = format!(
            "{some} of {all} {what} would be changed, more than {percent} %: is this the right \
             storage, and the right database? Nothing was changed. --at-most raises the limit"
        );
        Err(message.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_part_of_the_storage_is_not_changed_by_mistake() {
        let limits = RepairLimits { yes: true, at_most: 5 };
        for (some, all, is_refused) in
            [(10, 10, false), (11, 220, false), (11, 219, true), (1000, 1000, true)]
        {
            assert_eq!(limits.refuse_many(some, all, "blobs").is_err(), is_refused, "{some}/{all}");
        }
        let all = RepairLimits { yes: true, at_most: 100 };
        assert!(all.refuse_many(1000, 1000, "blobs").is_ok());
    }
}
