//! A board orders its members by their scores, for one organization.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::sync::Arc;

use plinth_domain::OrganizationId;
use plinth_ports::{InvalidBoard, Leaderboards, Result, Standing, StoreError};

use crate::fixture::id;

/// The name of every board in these tests; the organizations differ.
const BOARD: &str = "precision:v2";

const BASIS: &str = "one";

type Boards = Arc<dyn Leaderboards>;

fn standings(scores: &[(&str, f64)]) -> Vec<Standing> {
    let standing =
        |(member, score): &(&str, f64)| Standing { member: (*member).to_owned(), score: *score };
    scores.iter().map(standing).collect()
}

/// Creates a board with these scores in a new organization.
async fn board(boards: &Boards, scores: &[(&str, f64)]) -> OrganizationId {
    let organization = id();
    boards.replace(organization, BOARD, BASIS, &standings(scores)).await.unwrap();
    organization
}

async fn members(boards: &Boards, organization: OrganizationId) -> Vec<String> {
    let all = boards.first(organization, BOARD, BASIS, u16::MAX).await.unwrap().unwrap();
    all.into_iter().map(|standing| standing.member).collect()
}

pub async fn the_highest_score_comes_first(boards: Boards) {
    let scores = [("low", -3.5), ("high", 12.0), ("none", 0.0), ("middle", 1.5), ("least", -7.0)];
    let here = board(&boards, &scores).await;
    assert_eq!(members(&boards, here).await, ["high", "middle", "none", "low", "least"]);
    let first = boards.first(here, BOARD, BASIS, 2).await.unwrap();
    assert_eq!(first, Some(standings(&[("high", 12.0), ("middle", 1.5)])));
    assert_eq!(boards.first(here, BOARD, BASIS, 0).await.unwrap(), Some(Vec::new()));
}

pub async fn equal_scores_are_ordered_by_the_bytes_of_their_members(boards: Boards) {
    let scores = ["b", "é", "B", "a", "ab", "10", "9"].map(|member| (member, 2.0));
    let here = board(&boards, &scores).await;
    assert_eq!(members(&boards, here).await, ["10", "9", "B", "a", "ab", "b", "é"]);
    // Zero and negative zero are equal.
    let here = board(&boards, &[("b", 0.0), ("a", -0.0), ("c", -0.0)]).await;
    assert_eq!(members(&boards, here).await, ["a", "b", "c"]);
}

pub async fn every_finite_score_is_read_as_it_was_stored(boards: Boards) {
    let third = 1.0 / 3.0;
    for given in [0.1 + 0.2, third, -third, 1e-9, 1e21, f64::MAX, f64::MIN, f64::MIN_POSITIVE] {
        let here = board(&boards, &[("a", given)]).await;
        let found = boards.first(here, BOARD, BASIS, 1).await.unwrap().unwrap()[0].score;
        assert_eq!(found.to_bits(), given.to_bits(), "{given}: {found}");
    }
}

pub async fn a_board_is_replaced_as_a_whole_and_told_by_its_basis(boards: Boards) {
    let here = board(&boards, &[("a", 1.0), ("b", 2.0)]).await;
    assert_eq!(boards.first(here, BOARD, "two", 9).await.unwrap(), None);
    assert_eq!(boards.first(here, "another", BASIS, 9).await.unwrap(), None);
    boards.replace(here, BOARD, "two", &standings(&[("c", 3.0)])).await.unwrap();
    assert_eq!(boards.first(here, BOARD, BASIS, 9).await.unwrap(), None);
    let found = boards.first(here, BOARD, "two", 9).await.unwrap();
    assert_eq!(found, Some(standings(&[("c", 3.0)])));
    boards.replace(here, BOARD, BASIS, &[]).await.unwrap();
    assert_eq!(boards.first(here, BOARD, BASIS, 9).await.unwrap(), Some(Vec::new()));
}

pub async fn boards_of_the_same_name_are_separate_in_each_organization(boards: Boards) {
    let here = board(&boards, &[("a", 1.0)]).await;
    let elsewhere = board(&boards, &[("a", 5.0), ("b", 9.0)]).await;
    assert_eq!(members(&boards, here).await, ["a"]);
    boards.replace(here, BOARD, BASIS, &[]).await.unwrap();
    assert_eq!(members(&boards, elsewhere).await, ["b", "a"]);
}

pub async fn names_and_scores_out_of_bounds_are_refused(boards: Boards) {
    let (here, longest, longer) = (id(), "é".repeat(100), "x".repeat(201));
    let one = standings(&[(&longest, 1.0)]);
    boards.replace(here, &longest, &longest, &one).await.unwrap();
    assert_eq!(boards.first(here, &longest, &longest, 9).await.unwrap(), Some(one.clone()));
    for name in ["", &longer, "=a"] {
        assert_refused(boards.replace(here, name, BASIS, &one).await, InvalidBoard::Name);
        assert_refused(boards.replace(here, BOARD, name, &one).await, InvalidBoard::Name);
        assert_refused(boards.first(here, name, BASIS, 9).await, InvalidBoard::Name);
        assert_refused(boards.first(here, BOARD, name, 9).await, InvalidBoard::Name);
        let bad = standings(&[("a", 1.0), (name, 1.0)]);
        assert_refused(boards.replace(here, BOARD, BASIS, &bad).await, InvalidBoard::Name);
    }
    for score in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let bad = standings(&[("a", score)]);
        assert_refused(boards.replace(here, BOARD, BASIS, &bad).await, InvalidBoard::Score);
    }
    let standing = |n| Standing { member: format!("m{n}"), score: 1.0 };
    let many: Vec<Standing> = (0..=InvalidBoard::MEMBERS).map(standing).collect();
    assert_refused(boards.replace(here, BOARD, BASIS, &many).await, InvalidBoard::Members);
    assert_eq!(boards.first(here, BOARD, BASIS, 9).await.unwrap(), None);
    boards.replace(here, BOARD, BASIS, &many[1..]).await.unwrap();
    assert_eq!(members(&boards, here).await.len(), InvalidBoard::MEMBERS);
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T>, why: InvalidBoard) {
    match result {
        Err(StoreError::Other(source)) => assert_eq!(source.downcast_ref(), Some(&why)),
        other => panic!("not refused: {other:?}"),
    }
}
