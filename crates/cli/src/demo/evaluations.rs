//! The data set of the demo data, its evaluators, and an evaluation of the prompt.

use plinth_application::{
    Application, Caller,
    crud::{Create, List},
    datasets::AddDatasetItems,
    evaluations::{CreateEvaluation, ListEvaluations, NewEvaluation},
    evaluators::{CreateEvaluator, ListEvaluators},
    prompts::ListPrompts,
};
use plinth_domain::{
    Dataset, DatasetDraft, DatasetItemContent, Description, EvaluatorDefinition, EvaluatorDraft,
    Id, JsonObject, JsonText, ModelId, Name, Pattern, PromptChoice, PromptName, Score,
};
use plinth_ports::{
    DatasetFilter, DatasetSort, Direction, EvaluationFilter, EvaluationSort, EvaluatorFilter,
    EvaluatorSort, PageRequest, PromptFilter, PromptSort, Sort,
};
use serde_json::json;

use super::{PROMPT, once};
use crate::failure::Result;

const DATASET: &str = "Notes from the site";

/// Texts, and what a summary of them says.
const NOTES: [(&str, &str); 3] = [
    (
        "The crane arrived two hours late, so the precast stairs of house B were set only after \
         noon. The crew worked until eight to catch up.",
        "A late crane delayed the stairs of house B, and the crew caught up in the evening.",
    ),
    (
        "Rain filled the excavation again. The second pump runs since Tuesday, and the ground water \
         stands 40 cm below the slab.",
        "After rain a second pump keeps the ground water 40 cm below the slab.",
    ),
    (
        "The windows of the second floor were delivered in the wrong colour. The supplier takes \
         them back and delivers the right ones in three weeks.",
        "The supplier replaces windows of the wrong colour within three weeks.",
    ),
];

/// Adds the data set, and evaluators: one for the form, one for the meaning where vectors are made.
pub(super) async fn prepare(
    app: &Application,
    owner: &Caller,
    embeddings: Option<ModelId>,
) -> Result<()> {
    let draft = DatasetDraft {
        name: Name::parse(DATASET)?,
        description: Some(Description::parse("Texts, and good summaries of them.".to_owned())?),
    };
    let command = Create::<Dataset> { draft };
    let dataset = once(app, owner, "notes", command, |dataset| dataset.id.uuid()).await?;
    let content = |(text, summary): (&str, &str)| DatasetItemContent {
        input: JsonObject::from_parsed(json!({"text": text}).to_string()),
        expected: Some(JsonText::from_parsed(json!(summary).to_string())),
        metadata: JsonObject::default(),
    };
    let contents = NOTES.map(content).to_vec();
    let command = AddDatasetItems { dataset: Id::from_uuid(dataset), contents };
    once(app, owner, "notes-items", command, |added| added.dataset.id.uuid()).await?;
    let pattern = Pattern::parse(r"^\s*[^.!?\n]+[.!?]?\s*$".to_owned())?;
    let form = EvaluatorDefinition::Regex { pattern };
    evaluator(app, owner, "One sentence", "The answer is a single sentence.", form).await?;
    if let Some(model) = embeddings {
        let meaning = EvaluatorDefinition::Similarity { model, threshold: Score::new(0.9)? };
        let about = "The answer means what a good summary says.";
        evaluator(app, owner, "Same meaning", about, meaning).await?;
    }
    Ok(())
}

async fn evaluator(
    app: &Application,
    owner: &Caller,
    name: &str,
    about: &str,
    definition: EvaluatorDefinition,
) -> Result<()> {
    let description = Some(Description::parse(about.to_owned())?);
    let draft = EvaluatorDraft { name: Name::parse(name)?, description, definition };
    let command = CreateEvaluator { draft };
    once(app, owner, name, command, |evaluator| evaluator.id.uuid()).await?;
    Ok(())
}

/// Evaluates the prompt with the data set, unless this was done before, or one of them was removed.
/// Whether there is a new evaluation.
pub(super) async fn begin(app: &Application, owner: &Caller) -> Result<bool> {
    let filter = DatasetFilter { name: Some(Name::parse(DATASET)?), ..DatasetFilter::default() };
    let list = List::<Dataset> { filter, page: first(1, DatasetSort::CreatedAt) };
    let Some(dataset) = app.query(owner, list).await?.items.pop() else { return Ok(false) };
    let name = Some(PromptName::parse(PROMPT)?);
    let filter = PromptFilter { name, ..PromptFilter::default() };
    let list = ListPrompts { filter, page: first(1, PromptSort::CreatedAt) };
    let Some(prompt) = app.query(owner, list).await?.items.pop() else { return Ok(false) };
    let filter = EvaluationFilter { dataset: Some(dataset.id), ..EvaluationFilter::default() };
    let list = ListEvaluations { filter, page: first(1, EvaluationSort::CreatedAt) };
    if !app.query(owner, list).await?.items.is_empty() {
        return Ok(false);
    }
    let filter = EvaluatorFilter::default();
    let list = ListEvaluators { filter, page: first(10, EvaluatorSort::CreatedAt) };
    let evaluators = app.query(owner, list).await?.items;
    if evaluators.is_empty() {
        return Ok(false);
    }
    let new = NewEvaluation {
        note: None,
        dataset: dataset.id,
        prompt: prompt.id,
        choice: PromptChoice::Released,
        model: None,
        evaluators: evaluators.iter().map(|evaluator| evaluator.id).collect(),
    };
    app.execute(owner, CreateEvaluation { new }).await?;
    Ok(true)
}

/// The first records by this order.
fn first<S>(limit: u16, by: S) -> PageRequest<S> {
    PageRequest::first(limit, Sort { by, direction: Direction::Ascending })
}
