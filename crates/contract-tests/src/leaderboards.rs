//! A board orders its members by their scores, for one organization.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::sync::Arc;

use plinth_domain::OrganizationId;
use plinth_ports::{InvalidEntry, Keep, Leaderboards, Result, Standing, StoreError};

use crate::fixture::id;

/// The name of every board in these tests; the organizations differ.
const BOARD: &str = "precision:v2";

type Boards = Arc<dyn Leaderboards>;

/// Creates a board with these scores in a new organization.
async fn board(boards: &Boards, scores: &[(&str, f64)]) -> OrganizationId {
    let organization = id();
    for (member, score) in scores {
        boards.record(organization, BOARD, member, *score, Keep::Latest).await.unwrap();
    }
    organization
}

async fn members(boards: &Boards, organization: OrganizationId) -> Vec<String> {
    let all = boards.range(organization, BOARD, 1, u16::MAX).await.unwrap();
    for (standing, rank) in all.iter().zip(1..) {
        assert_eq!(standing.rank, rank);
        let found = boards.standing(organization, BOARD, &standing.member).await.unwrap();
        assert_eq!(found.as_ref(), Some(standing));
    }
    all.into_iter().map(|standing| standing.member).collect()
}

async fn score(boards: &Boards, organization: OrganizationId, member: &str) -> f64 {
    boards.standing(organization, BOARD, member).await.unwrap().unwrap().score
}

pub async fn the_highest_score_comes_first(boards: Boards) {
    let scores = [("low", -3.5), ("high", 12.0), ("none", 0.0), ("middle", 1.5), ("least", -7.0)];
    let here = board(&boards, &scores).await;
    assert_eq!(members(&boards, here).await, ["high", "middle", "none", "low", "least"]);
    let first = boards.range(here, BOARD, 1, 1).await.unwrap();
    assert_eq!(first, [Standing { member: "high".to_owned(), score: 12.0, rank: 1 }]);
}

pub async fn equal_scores_are_ordered_by_the_bytes_of_their_members(boards: Boards) {
    let scores = ["b", "é", "B", "a", "ab", "10", "9"].map(|member| (member, 2.0));
    let here = board(&boards, &scores).await;
    assert_eq!(members(&boards, here).await, ["10", "9", "B", "a", "ab", "b", "é"]);
    // Zero and negative zero are equal.
    let here = board(&boards, &[("b", 0.0), ("a", -0.0), ("c", -0.0)]).await;
    assert_eq!(members(&boards, here).await, ["a", "b", "c"]);
}

pub async fn the_best_or_the_latest_score_counts_as_requested(boards: Boards) {
    let here = id();
    for (given, keep, counts) in [
        (-5.0, Keep::Best, -5.0),
        (-6.0, Keep::Best, -5.0),
        (3.0, Keep::Best, 3.0),
        (2.0, Keep::Best, 3.0),
        (2.0, Keep::Latest, 2.0),
        (-1.0, Keep::Latest, -1.0),
        (0.0, Keep::Best, 0.0),
    ] {
        boards.record(here, BOARD, "a", given, keep).await.unwrap();
        let found = score(&boards, here, "a").await;
        assert_eq!(found.total_cmp(&counts), std::cmp::Ordering::Equal, "{given}: {found}");
    }
    assert_eq!(members(&boards, here).await, ["a"]);
}

pub async fn every_finite_score_is_read_as_it_was_stored(boards: Boards) {
    let here = id();
    let third = 1.0 / 3.0;
    for given in [0.1 + 0.2, third, -third, 1e-9, 1e21, f64::MAX, f64::MIN, f64::MIN_POSITIVE] {
        boards.record(here, BOARD, "a", given, Keep::Latest).await.unwrap();
        let found = score(&boards, here, "a").await;
        assert_eq!(found.to_bits(), given.to_bits(), "{given}: {found}");
    }
}

pub async fn pages_show_every_rank_exactly_once(boards: Boards) {
    let names: Vec<_> = (0..23).map(|n| format!("m{n:02}")).collect();
    // Four members share each score, so that pages end within ties.
    let scores: Vec<_> = names.iter().zip(0..).map(|(m, n)| (&**m, f64::from(-(n / 4)))).collect();
    let here = board(&boards, &scores).await;
    let mut seen = Vec::new();
    for first in (1..=23).step_by(5) {
        let page = boards.range(here, BOARD, first, 5).await.unwrap();
        assert_eq!(page[0].rank, first);
        seen.extend(page.into_iter().map(|standing| standing.member));
    }
    assert_eq!(seen, names);
}

pub async fn a_page_beyond_the_last_rank_is_empty(boards: Boards) {
    let here = board(&boards, &[("a", 1.0)]).await;
    for (first, count) in [(2, 10), (u64::MAX, 10), (u64::MAX, u16::MAX), (1, 0)] {
        assert_eq!(boards.range(here, BOARD, first, count).await.unwrap(), []);
    }
    assert_eq!(boards.range(here, BOARD, 0, 1).await.unwrap().len(), 1, "there is none before");
    assert_eq!(boards.standing(here, BOARD, "b").await.unwrap(), None);
    assert_eq!(boards.range(here, "another", 1, 10).await.unwrap(), []);
    assert_eq!(boards.standing(here, "another", "a").await.unwrap(), None);
}

pub async fn boards_of_the_same_name_are_separate_in_each_organization(boards: Boards) {
    let (here, elsewhere) =
        (board(&boards, &[("a", 1.0)]).await, board(&boards, &[("a", 5.0), ("b", 9.0)]).await);
    assert_eq!(members(&boards, here).await, ["a"]);
    boards.remove(here, BOARD, "b").await.unwrap();
    boards.clear(here, BOARD).await.unwrap();
    assert_eq!(members(&boards, elsewhere).await, ["b", "a"]);
    assert!((score(&boards, elsewhere, "a").await - 5.0).abs() < f64::EPSILON);
}

pub async fn a_removed_member_has_no_rank_and_the_others_move_up(boards: Boards) {
    let here = board(&boards, &[("a", 3.0), ("b", 2.0), ("c", 1.0)]).await;
    boards.remove(here, BOARD, "b").await.unwrap();
    boards.remove(here, BOARD, "unknown").await.unwrap();
    assert_eq!(members(&boards, here).await, ["a", "c"]);
    assert_eq!(boards.standing(here, BOARD, "b").await.unwrap(), None);
}

pub async fn a_board_that_is_cleared_is_empty_and_can_be_used_again(boards: Boards) {
    let here = board(&boards, &[("a", 3.0)]).await;
    boards.clear(here, BOARD).await.unwrap();
    boards.clear(here, BOARD).await.unwrap();
    assert!(members(&boards, here).await.is_empty());
    boards.record(here, BOARD, "a", -1.0, Keep::Best).await.unwrap();
    assert_eq!(members(&boards, here).await, ["a"]);
}

pub async fn names_and_scores_out_of_bounds_are_refused(boards: Boards) {
    let (here, longest, longer) = (id(), "é".repeat(100), "x".repeat(201));
    boards.record(here, &longest, &longest, 1.0, Keep::Best).await.unwrap();
    assert_eq!(boards.range(here, &longest, 1, 9).await.unwrap().len(), 1);
    for name in ["", &longer] {
        let refused = boards.record(here, name, "a", 1.0, Keep::Best).await;
        assert_refused(refused, InvalidEntry::Board);
        assert_refused(boards.range(here, name, 1, 9).await, InvalidEntry::Board);
        assert_refused(boards.clear(here, name).await, InvalidEntry::Board);
        let refused = boards.record(here, BOARD, name, 1.0, Keep::Best).await;
        assert_refused(refused, InvalidEntry::Member);
        assert_refused(boards.standing(here, BOARD, name).await, InvalidEntry::Member);
        assert_refused(boards.remove(here, BOARD, name).await, InvalidEntry::Member);
    }
    for score in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = boards.record(here, BOARD, "a", score, Keep::Best).await;
        assert_refused(refused, InvalidEntry::Score);
    }
    assert!(members(&boards, here).await.is_empty());
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T>, why: InvalidEntry) {
    match result {
        Err(StoreError::Other(source)) => assert_eq!(source.downcast_ref(), Some(&why)),
        other => panic!("not refused: {other:?}"),
    }
}
