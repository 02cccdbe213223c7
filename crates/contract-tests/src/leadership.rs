//! Of all who want to lead, one does.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{sync::Arc, time::Duration};

use ports::{Lead, Leadership};

/// Two who compete, as two processes would.
pub struct Rivals {
    /// The one.
    pub ours: Arc<dyn Leadership>,
    /// The other.
    pub theirs: Arc<dyn Leadership>,
    /// What must live as long as they do.
    pub guard: Box<dyn std::any::Any + Send + Sync>,
}

/// Tries until the lead is free: a server may notice a little later that a connection is gone.
async fn lead(who: &Arc<dyn Leadership>, name: &str) -> Box<dyn Lead> {
    let attempts = async {
        loop {
            if let Some(lead) = who.try_lead(name).await.unwrap() {
                return lead;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), attempts).await.unwrap()
}

pub async fn one_leads_and_the_other_does_not(rivals: &Rivals) {
    let mut first = rivals.ours.try_lead("matter").await.unwrap().unwrap();
    assert!(first.is_held().await);
    assert!(rivals.theirs.try_lead("matter").await.unwrap().is_none());
    assert!(rivals.ours.try_lead("matter").await.unwrap().is_none());
    assert!(first.is_held().await);
}

pub async fn the_lead_passes_on_when_it_is_dropped(rivals: &Rivals) {
    let first = rivals.ours.try_lead("matter").await.unwrap().unwrap();
    drop(first);
    let mut second = lead(&rivals.theirs, "matter").await;
    assert!(second.is_held().await);
    assert!(rivals.ours.try_lead("matter").await.unwrap().is_none());
}

pub async fn each_matter_has_its_own_leader(rivals: &Rivals) {
    let _one = rivals.ours.try_lead("one").await.unwrap().unwrap();
    assert!(rivals.theirs.try_lead("another").await.unwrap().is_some());
}
