use plinth_domain::{Permission, Prompt, PromptId, PromptVersion, VersionsExhausted};
use plinth_ports::records::prompt_versions;

use super::{NewPromptVersion, PROMPT_VERSIONS_EXHAUSTED, audit};
use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded,
    resource::{Found, Resource},
};

impl From<VersionsExhausted> for Error {
    fn from(error: VersionsExhausted) -> Self {
        Self::Conflict { code: PROMPT_VERSIONS_EXHAUSTED, detail: error.to_string().into() }
    }
}

/// The prompt, locked until the transaction ends, in the version that the caller saw.
pub(super) async fn locked(
    ctx: &mut Context<'_>,
    id: PromptId,
    expected: &Expected,
) -> Result<Prompt, Error> {
    let prompt = ctx.unit.prompt_versions().lock(id).await?;
    let prompt = prompt.ok_or(Error::NotFound(Prompt::KIND))?;
    expected.check(&prompt.revision)?;
    Ok(prompt)
}

/// Stores a version whose models were found before: one of them may have been removed since.
pub(super) async fn add(ctx: &mut Context<'_>, version: &PromptVersion) -> Result<(), Error> {
    ctx.unit.prompt_versions().add(version).await.map_err(|error| {
        if prompt_versions::MODEL.is_violated_in(&error) {
            return Error::unknown_reference("model_id");
        }
        error.into()
    })
}

/// Adds a version to a prompt.
#[derive(Debug, Clone)]
pub struct AddPromptVersion {
    /// The prompt.
    pub id: PromptId,
    /// The version of the prompt that the caller saw.
    pub expected: Expected,
    /// The values.
    pub version: NewPromptVersion,
}

/// A new version, and its prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedVersion {
    /// The prompt.
    pub prompt: Prompt,
    /// The version.
    pub version: PromptVersion,
}

impl Command for AddPromptVersion {
    const NAME: &'static str = "prompt.add_version";
    const PERMISSION: Permission = Permission::PromptUpdate;
    type Output = AddedVersion;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<AddedVersion>, Error> {
        // What does not exist has no faults; the lock is taken after the templates are checked.
        ctx.unit.prompts().get(self.id).await?;
        let (draft, origin) = self.version.checked(ctx).await?;
        let before = locked(ctx, self.id, &self.expected).await?;
        let (prompt, version) = before.add_version(draft, origin, ctx.now)?;
        add(ctx, &version).await?;
        ctx.unit.prompts().update(&prompt).await?;
        let audit = AuditRecord::about("prompt.version_created", &prompt);
        let audit = audit.beside("prompt_version", audit::version(&version))?;
        Ok(Recorded::new(AddedVersion { prompt, version }, audit))
    }
}
