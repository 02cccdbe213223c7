use plinth_application::evaluations::NewEvaluation as Value;
use plinth_domain::{
    Evaluation, EvaluatorId, Invalid, Lines, MAX_PROMPT_VERSIONS, PromptChoice, codes,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    json::{Faults, Form},
    values::identity,
};

/// A new evaluation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvaluation {
    #[schema(format = Uuid)]
    dataset_id: String,
    #[schema(format = Uuid)]
    prompt_id: String,
    /// The number of the version; neither it nor `prompt_label` stands for the label `production`, or
    /// the newest version where no version has that label.
    #[schema(minimum = 1, maximum = 1000)]
    prompt_version: Option<u16>,
    /// The label of the version, or `latest`.
    #[schema(min_length = 1, max_length = 50, example = "latest")]
    prompt_label: Option<String>,
    /// Another model than that of the version.
    #[schema(format = Uuid)]
    model_id: Option<String>,
    /// Different evaluators.
    #[schema(min_items = 1, max_items = 10, value_type = Vec<Uuid>)]
    evaluator_ids: Vec<String>,
    /// Why it is made.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
    )]
    note: Option<String>,
}

impl Form for NewEvaluation {
    type Value = Value;

    fn check(self, f: &mut Faults) -> Option<Value> {
        let dataset = f.check("/dataset_id", identity(&self.dataset_id));
        let prompt = f.check("/prompt_id", identity(&self.prompt_id));
        let choice = choice(self.prompt_version, self.prompt_label, f);
        let model = f.check_some("/model_id", self.model_id, |text| identity(&text));
        let evaluators = evaluators(&self.evaluator_ids, f);
        let note = f.check_some("/note", self.note, |text| Lines::parse(&text));
        Some(Value {
            note: note?,
            dataset: dataset?,
            prompt: prompt?,
            choice: choice?,
            model: model?,
            evaluators: evaluators?,
        })
    }
}

fn choice(version: Option<u16>, label: Option<String>, f: &mut Faults) -> Option<PromptChoice> {
    match (version, label) {
        (None, None) => Some(PromptChoice::Released),
        (None, Some(label)) => f.check("/prompt_label", PromptChoice::labelled(&label)),
        (Some(number), None) if (1..=MAX_PROMPT_VERSIONS).contains(&number) => {
            Some(PromptChoice::Number(number))
        }
        (Some(_), None) => {
            let detail = format!("1 to {MAX_PROMPT_VERSIONS}");
            f.check("/prompt_version", Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail)))
        }
        (Some(_), Some(_)) => {
            let detail = "version and label cannot both be given";
            f.check("/prompt_label", Err(Invalid::new(codes::VALUE_REPEATED, detail)))
        }
    }
}

fn evaluators(given: &[String], f: &mut Faults) -> Option<Vec<EvaluatorId>> {
    let count = given.len();
    let most = Evaluation::MAX_EVALUATORS;
    if count == 0 {
        let invalid = Invalid::new(codes::LIST_EMPTY, "at least one evaluator");
        return f.check("/evaluator_ids", Err(invalid));
    }
    if count > most {
        let invalid = Invalid::new(codes::LIST_TOO_LONG, format!("at most {most}"));
        return f.check("/evaluator_ids", Err(invalid));
    }
    let mut known: Vec<EvaluatorId> = Vec::new();
    let mut is_faulty = false;
    for (place, text) in given.iter().enumerate() {
        let id = identity(text).and_then(|id| {
            if known.contains(&id) {
                return Err(Invalid::new(
                    codes::VALUE_REPEATED,
                    "the evaluator is in the list twice",
                ));
            }
            Ok(id)
        });
        match f.check(&format!("/evaluator_ids/{place}"), id) {
            Some(id) => known.push(id),
            None => is_faulty = true,
        }
    }
    (!is_faulty).then_some(known)
}
