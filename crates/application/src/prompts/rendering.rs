use std::sync::Arc;

use plinth_domain::{
    JsonObject, OrganizationId, Prompt, PromptChoice, PromptVersionDraft, RenderedMessage,
};
use plinth_ports::PromptKey;

use super::{GetPrompt, draft::told};
use crate::{Application, Caller, Error};

/// The most bytes of templates and variables that are rendered at once, in a fraction of a
/// millisecond as a rule. More is rendered in turns, beside the tasks that serve requests.
const AT_ONCE: usize = 16 * 1024;

/// What is rendered.
#[derive(Debug, Clone)]
pub struct RenderPrompt {
    /// The prompt.
    pub prompt: PromptKey,
    /// Its version.
    pub choice: PromptChoice,
    /// The variables: a JSON object.
    pub variables: JsonObject,
}

impl Application {
    /// Shows what a prompt says with these variables, and which version it is. Calls no model.
    ///
    /// # Errors
    /// No such prompt or version; variables that do not fit; a template that does more than it may.
    pub async fn render_prompt(
        &self,
        caller: &Caller,
        request: RenderPrompt,
    ) -> Result<(Prompt, Vec<RenderedMessage>), Error> {
        let RenderPrompt { prompt, choice, variables } = request;
        let prompt = self.query(caller, GetPrompt { prompt, choice }).await?;
        let draft = &prompt.shown.draft;
        let messages = self.render_messages(prompt.organization, draft, variables, None);
        let messages = messages.await?;
        Ok((prompt, messages))
    }

    /// The messages of a version with its variables filled in; `context` is the JSON of one more.
    ///
    /// # Errors
    /// As [`render_prompt`](Self::render_prompt); [`Error::Overloaded`] for a large one while the
    /// organization has another one in hand.
    pub(crate) async fn render_messages(
        &self,
        organization: OrganizationId,
        version: &PromptVersionDraft,
        variables: JsonObject,
        context: Option<String>,
    ) -> Result<Vec<RenderedMessage>, Error> {
        let templates = Arc::clone(&self.ports.templates);
        let contents = version.messages.as_slice().iter().map(|one| one.content.as_str().len());
        let given = variables.as_str().len() + context.as_ref().map_or(0, String::len);
        if contents.sum::<usize>() + given <= AT_ONCE {
            let rendered = templates.render(version, &variables, context.as_deref());
            return rendered.map_err(|faults| Error::Invalid(told(faults)));
        }
        let turn = self.renderings.enter(organization)?.start().await;
        let version = version.clone();
        let rendering = tokio::task::spawn_blocking(move || {
            let _place = turn;
            templates.render(&version, &variables, context.as_deref())
        });
        let rendered = rendering.await.map_err(Error::internal)?;
        rendered.map_err(|faults| Error::Invalid(told(faults)))
    }
}
