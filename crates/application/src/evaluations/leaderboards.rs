//! Which versions of prompts do best with a data set.

use plinth_domain::{Criterion, DatasetId, Evaluation, EvaluatorId, Id, Permission};
use plinth_ports::{
    Contest, Contestant, EvaluationResultReader, InvalidBoard, Leaderboards, Ranked, Standing,
};
use uuid::Uuid;

use crate::{Application, Caller, Error, Query, View, resource::Found};

/// The most places of a leaderboard.
pub const MAX_PLACES: u16 = 100;

/// The places of a leaderboard, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    /// The number of the evaluator's definition, whose scores are compared.
    pub number: u32,
    /// Each contestant with its rank: 1, and more by one for each that is better.
    pub places: Vec<(u16, Ranked)>,
}

impl Leaderboard {
    fn new(number: u32, ranked: Vec<Ranked>) -> Self {
        let mut places: Vec<(u16, Ranked)> = Vec::with_capacity(ranked.len());
        for (place, one) in (1..).zip(ranked) {
            let rank = match places.last() {
                Some((rank, before)) if before.score <= one.score => *rank,
                _ => place,
            };
            places.push((rank, one));
        }
        Self { number, places }
    }
}

/// Finds the definition that counts, and what a leaderboard is made of.
struct FindContest {
    dataset: DatasetId,
    evaluator: EvaluatorId,
}

impl Query for FindContest {
    const NAME: &'static str = "dataset.leaderboard";
    const PERMISSION: Permission = Permission::EvaluationRead;
    type Output = (Contest, Option<String>);

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let Self { dataset, evaluator } = self;
        view.unit.datasets().get(dataset).await?;
        let number = view.unit.evaluators().get(evaluator).await?.number;
        let contest = Contest { dataset, evaluator, number };
        let results: &mut dyn EvaluationResultReader = view.unit.evaluation_results();
        Ok((contest, results.basis(contest).await?))
    }
}

/// Ranks all contestants, or some. The basis is that of the same moment.
struct Rank {
    contest: Contest,
    of: Option<Vec<Contestant>>,
}

impl Query for Rank {
    const NAME: &'static str = "evaluation.rank";
    const PERMISSION: Permission = Permission::EvaluationRead;
    type Output = (Option<String>, Vec<Ranked>);

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let results: &mut dyn EvaluationResultReader = view.unit.evaluation_results();
        let basis = results.basis(self.contest).await?;
        Ok((basis, results.ranked(self.contest, self.of.as_deref(), MAX_PLACES).await?))
    }
}

impl Application {
    /// The best versions of prompts, by the newest evaluation of each with this data set and evaluator:
    /// at most `limit`, at most [`MAX_PLACES`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for a data set or an evaluator that the organization does not have.
    pub async fn leaderboard(
        &self,
        caller: &Caller,
        dataset: DatasetId,
        evaluator: EvaluatorId,
        limit: u16,
    ) -> Result<Leaderboard, Error> {
        let (contest, basis) = self.query(caller, FindContest { dataset, evaluator }).await?;
        let Some(basis) = basis else { return Ok(Leaderboard::new(contest.number, Vec::new())) };
        let mut ranked = match self.on_board(caller, contest, &basis, limit).await? {
            Some(ranked) => ranked,
            None => self.rank(caller, contest).await?,
        };
        ranked.truncate(limit.into());
        Ok(Leaderboard::new(contest.number, ranked))
    }

    /// Ranks the contestants anew once an evaluation has succeeded. What fails is made up for by the next
    /// one who asks for the leaderboard.
    pub(super) async fn rank_again(
        &self,
        caller: &Caller,
        evaluation: &Evaluation,
        criteria: &[Criterion],
    ) {
        if self.ports.leaderboards.is_none() {
            return;
        }
        for criterion in criteria {
            let dataset = evaluation.draft.dataset;
            let (evaluator, number) = (criterion.pinned.evaluator, criterion.pinned.number);
            let contest = Contest { dataset, evaluator, number };
            if let Err(error) = self.rank(caller, contest).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "not ranked again");
            }
        }
    }

    /// The first contestants of a stored leaderboard, as the store has them. `None` where none is stored
    /// that is made of this basis.
    async fn on_board(
        &self,
        caller: &Caller,
        contest: Contest,
        basis: &str,
        limit: u16,
    ) -> Result<Option<Vec<Ranked>>, Error> {
        let Some(boards) = &self.ports.leaderboards else { return Ok(None) };
        let organization = caller.access.organization();
        let first = match boards.first(organization, &board(contest), basis, limit).await {
            Ok(Some(first)) => first,
            Ok(None) => return Ok(None),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "a leaderboard is read from the store");
                return Ok(None);
            }
        };
        let of: Vec<Contestant> = first.iter().filter_map(|one| contestant(&one.member)).collect();
        if of.len() != first.len() {
            return Ok(None);
        }
        let (now, ranked) = self.query(caller, Rank { contest, of: Some(of) }).await?;
        // Otherwise the evaluations have changed since.
        Ok((now.as_deref() == Some(basis) && ranked.len() == first.len()).then_some(ranked))
    }

    /// The first contestants, and stores them as a leaderboard.
    async fn rank(&self, caller: &Caller, contest: Contest) -> Result<Vec<Ranked>, Error> {
        let (basis, ranked) = self.query(caller, Rank { contest, of: None }).await?;
        if let (Some(boards), Some(basis)) = (&self.ports.leaderboards, basis) {
            store(&**boards, caller, contest, &basis, &ranked).await;
        }
        Ok(ranked)
    }
}

async fn store(
    boards: &dyn Leaderboards,
    caller: &Caller,
    contest: Contest,
    basis: &str,
    ranked: &[Ranked],
) {
    let standing = |one: &Ranked| Standing { member: member(&one.contestant), score: one.score };
    let members: Vec<Standing> = ranked.iter().map(standing).collect();
    let organization = caller.access.organization();
    if let Err(error) = boards.replace(organization, &board(contest), basis, &members).await {
        let error = &error as &dyn std::error::Error;
        tracing::debug!(error, "a leaderboard is not stored");
    }
}

fn board(contest: Contest) -> String {
    format!("evaluations:{}:{}:{}", contest.dataset, contest.evaluator, contest.number)
}

/// The name of a contestant on a board. Its bytes are in the order of prompt, version and model.
fn member(contestant: &Contestant) -> String {
    let Contestant { prompt: (prompt, version), model } = contestant;
    format!("{prompt}:{version:05}:{model}")
}

fn contestant(member: &str) -> Option<Contestant> {
    let mut parts = member.split(':');
    let prompt: Uuid = parts.next()?.parse().ok()?;
    let version = parts.next()?.parse().ok()?;
    let model: Uuid = parts.next()?.parse().ok()?;
    let prompt = (Id::from_uuid(prompt), version);
    parts.next().is_none().then_some(Contestant { prompt, model: Id::from_uuid(model) })
}

const _: () = assert!(MAX_PLACES as usize <= InvalidBoard::MEMBERS, "a board holds all places");

#[cfg(test)]
mod tests {
    use plinth_domain::Timestamp;

    use super::*;

    fn of(version: u16, score: f64) -> Ranked {
        let id = Uuid::from_u128(7);
        Ranked {
            contestant: Contestant {
                prompt: (Id::from_uuid(id), version),
                model: Id::from_uuid(id),
            },
            prompt_name: "greeting".to_owned(),
            model_name: "main".to_owned(),
            score,
            evaluation: Id::from_uuid(id),
            ended_at: Timestamp::UNIX_EPOCH,
            evaluations: 1,
        }
    }

    #[test]
    fn equal_scores_share_a_rank_and_the_next_one_counts_all_that_are_better() {
        let ranked = [1.0, 0.5, 0.5, 0.5, 0.25].map(|score| of(1, score));
        let ranks: Vec<u16> =
            Leaderboard::new(1, ranked.to_vec()).places.iter().map(|(rank, _)| *rank).collect();
        assert_eq!(ranks, [1, 2, 2, 2, 5]);
    }

    #[test]
    fn a_name_on_a_board_is_read_back_and_sorts_as_its_numbers_do() {
        let [ninth, tenth] = [9, 10].map(|version| of(version, 1.0).contestant);
        assert!(member(&ninth) < member(&tenth));
        assert_eq!(contestant(&member(&tenth)), Some(tenth));
        for bad in ["", "a:1:b", &format!("{}:x", member(&ninth)), &member(&ninth)[1..]] {
            assert_eq!(contestant(bad), None, "{bad}");
        }
    }
}
