use plinth_domain::ExecutionStatus;

use crate::ModelEndpoint;

/// Counts executions for the operator, over all organizations.
pub trait ExecutionMeter: Send + Sync {
    /// The end of an execution is stored.
    fn ended(&self, status: ExecutionStatus);

    /// A call of a model has cost this much, in nano-USD.
    fn cost(&self, endpoint: &ModelEndpoint, nano_usd: i64);
}

/// Counts nothing.
impl ExecutionMeter for () {
    fn ended(&self, _status: ExecutionStatus) {}

    fn cost(&self, _endpoint: &ModelEndpoint, _nano_usd: i64) {}
}
