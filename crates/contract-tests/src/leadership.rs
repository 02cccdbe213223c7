//! One of several processes is the leader.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use plinth_ports::{Lead, Leadership};

/// Tries until the lead is granted: a server may notice late that the last leader has ended.
async fn eventually(leadership: &dyn Leadership, name: &'static str) -> Box<dyn Lead> {
    for _ in 0..1_000 {
        if let Some(lead) = leadership.try_lead(name).await.unwrap() {
            return lead;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the lead of {name} never became free")
}

pub async fn one_process_at_a_time_is_the_leader<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let mut lead = leadership.try_lead("work").await.unwrap().unwrap();
    assert!(leadership.try_lead("work").await.unwrap().is_none());
    assert!(lead.is_held().await);
    assert!(leadership.try_lead("work").await.unwrap().is_none());
}

pub async fn of_many_concurrent_candidates_one_becomes_the_leader<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let attempts = (0..8).map(|_| leadership.try_lead("work"));
    let leads = join_all(attempts).await;
    assert_eq!(leads.iter().filter(|lead| lead.as_ref().unwrap().is_some()).count(), 1);
}

pub async fn a_dropped_lead_can_be_taken_again<G>((leadership, _guard): (Arc<impl Leadership>, G)) {
    drop(leadership.try_lead("work").await.unwrap().unwrap());
    let mut lead = eventually(&*leadership, "work").await;
    assert!(lead.is_held().await);
}

pub async fn each_name_has_its_own_leader<G>((leadership, _guard): (Arc<impl Leadership>, G)) {
    let _work = leadership.try_lead("work").await.unwrap().unwrap();
    assert!(leadership.try_lead("play").await.unwrap().is_some());
}
