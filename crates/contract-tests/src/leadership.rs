//! One of several processes is the leader.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use plinth_ports::{Lead, Leadership};

/// Tries until the lead is granted.
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
    assert!(lead.renew().await.unwrap());
    assert!(leadership.try_lead("work").await.unwrap().is_none());
}

pub async fn of_many_concurrent_candidates_one_becomes_the_leader<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let attempts = (0..8).map(|_| leadership.try_lead("work"));
    let leads = join_all(attempts).await;
    assert_eq!(leads.iter().filter(|lead| lead.as_ref().unwrap().is_some()).count(), 1);
}

pub async fn a_lead_that_is_given_up_can_be_taken_at_once<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let lead = leadership.try_lead("work").await.unwrap().unwrap();
    lead.release().await.unwrap();
    let mut lead = leadership.try_lead("work").await.unwrap().unwrap();
    assert!(lead.renew().await.unwrap());
}

pub async fn a_lead_that_is_not_renewed_expires_and_its_last_holder_learns_it<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let mut vanished = leadership.try_lead("work").await.unwrap().unwrap();
    let mut lead = eventually(&*leadership, "work").await;
    assert!(lead.renew().await.unwrap());
    assert!(!vanished.renew().await.unwrap());
    // Of two holders, the last one alone can end the lead.
    vanished.release().await.unwrap();
    assert!(lead.renew().await.unwrap());
}

pub async fn a_lead_lasts_as_long_as_it_is_renewed<G>(
    (leadership, _guard): (Arc<impl Leadership>, G),
) {
    let mut lead = leadership.try_lead("work").await.unwrap().unwrap();
    for _ in 0..12 {
        tokio::time::sleep(lead.lease() / 4).await;
        assert!(lead.renew().await.unwrap());
        assert!(leadership.try_lead("work").await.unwrap().is_none());
    }
}

pub async fn each_name_has_its_own_leader<G>((leadership, _guard): (Arc<impl Leadership>, G)) {
    let _work = leadership.try_lead("work").await.unwrap().unwrap();
    assert!(leadership.try_lead("play").await.unwrap().is_some());
}
