//! `/datasets/{id}/leaderboard`

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use plinth_application::evaluations::MAX_PLACES;
use plinth_domain::{Dataset, Id};
use plinth_ports::Ranked;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// How many places are shown where nothing is said.
const PLACES: u16 = 20;

/// A version of a prompt, as one model answers it, on a leaderboard.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaderboardPlace)]
pub(crate) struct PlaceView {
    /// 1 for the best, and more by one for each that is better: equal scores share a rank.
    #[schema(minimum = 1, maximum = 100)]
    rank: u16,
    prompt_id: Uuid,
    /// The name of the prompt, as it is now.
    prompt_name: String,
    #[schema(minimum = 1, maximum = 1000)]
    prompt_version: u16,
    model_id: Uuid,
    /// The name of the model, as it is now.
    model_name: String,
    /// The score of the newest evaluation: the mean, where a failure counts as 0.
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    /// The newest evaluation.
    evaluation_id: Uuid,
    /// When it ended.
    evaluated_at: DateTime<Utc>,
    /// How many evaluations of this version by this model there are.
    evaluations: u32,
    /// The number of the evaluator's definition.
    #[schema(minimum = 1)]
    evaluator_number: u32,
}

impl PlaceView {
    fn new(number: u32, (rank, ranked): (u16, Ranked)) -> Self {
        let (prompt, version) = ranked.contestant.prompt;
        Self {
            rank,
            prompt_id: prompt.uuid(),
            prompt_name: ranked.prompt_name,
            prompt_version: version,
            model_id: ranked.contestant.model.uuid(),
            model_name: ranked.model_name,
            score: ranked.score,
            evaluation_id: ranked.evaluation.uuid(),
            evaluated_at: ranked.ended_at,
            evaluations: ranked.evaluations,
            evaluator_number: number,
        }
    }
}

/// Rank versions of prompts, each with the model that answered, by the newest evaluation that succeeded
/// with a data set and the newest definition of an evaluator; as JSON or CSV.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_leaderboard",
    params(
        ("id" = Uuid, Path),
        ("evaluator_id" = Uuid, Query, description = "The evaluator whose scores are compared"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 100, description = "The most places; 20 by default"),
    ),
    responses((status = 200, body = ListView<PlaceView>)),
    security(("bearer" = ["evaluation:read"])),
)]
#[get("/datasets/{id}/leaderboard")]
pub(crate) async fn get_leaderboard(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Dataset>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let evaluator = Id::from_uuid(query.required_uuid("evaluator_id"));
    let fits = |text: &str| text.parse().ok().filter(|places| (1..=MAX_PLACES).contains(places));
    let limit = query.take("limit", "1 to 100", fits).unwrap_or(PLACES);
    query.done()?;
    let board = app.leaderboard(&caller, id.0, evaluator, limit).await?;
    let places = board.places.into_iter().map(|place| PlaceView::new(board.number, place));
    Ok(query.answer_whole(places.collect()))
}
