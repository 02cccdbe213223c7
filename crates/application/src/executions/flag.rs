//! Notes on a model that its provider refused the secret.

use plinth_domain::{Model, Permission};

use crate::{Command, Context, Error, Recorded, models::calls};

/// Flags a model, so that people see that it needs another secret.
#[derive(Debug)]
pub(super) struct FlagModel {
    /// The model as it was called.
    pub(super) called: Model,
}

impl Command for FlagModel {
    const NAME: &'static str = "model.flag";
    /// Of those who call models: nothing but the flag is theirs to change.
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let audit = calls::flag(ctx, &self.called).await?;
        Ok(audit.map_or_else(|| Recorded::without_audit(()), |audit| Recorded::new((), audit)))
    }
}
