use plinth_domain::{ReleaseGate, Score};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{json::Faults, values::identity};

/// What a version must have reached before a protected label names it: an evaluation that succeeded,
/// of this version and by its own model.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReleaseGate)]
pub(super) struct ReleaseGateBody {
    /// The data set of the evaluation.
    #[schema(format = Uuid)]
    dataset_id: String,
    /// The evaluator; scores of its newest definition count.
    #[schema(format = Uuid)]
    evaluator_id: String,
    /// The lowest `score` that passes.
    #[schema(minimum = 0, maximum = 1, example = 0.8)]
    threshold: f64,
}

impl ReleaseGateBody {
    pub(super) fn check(self, f: &mut Faults) -> Option<ReleaseGate> {
        f.within("/release_gate", |f| {
            let dataset = f.check("/dataset_id", identity(&self.dataset_id));
            let evaluator = f.check("/evaluator_id", identity(&self.evaluator_id));
            let threshold = f.check("/threshold", Score::new(self.threshold));
            Some(ReleaseGate { dataset: dataset?, evaluator: evaluator?, threshold: threshold? })
        })
    }
}

/// What a version must have reached before a protected label names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReleaseGate)]
pub(super) struct ReleaseGateView {
    dataset_id: Uuid,
    evaluator_id: Uuid,
    /// The lowest `score` of an evaluation that passes.
    #[schema(minimum = 0, maximum = 1, example = 0.8)]
    threshold: f64,
}

impl From<ReleaseGate> for ReleaseGateView {
    fn from(gate: ReleaseGate) -> Self {
        Self {
            dataset_id: gate.dataset.uuid(),
            evaluator_id: gate.evaluator.uuid(),
            threshold: gate.threshold.number(),
        }
    }
}
