//! Compares an answer with what was expected.

use plinth_domain::{Code, EvaluationResult, EvaluatorDefinition, Failure, JsonObject, Score};
use plinth_ports::PromptTemplates;
use serde::Deserialize;
use serde_json::Value;

use super::{EXPECTED_MISSING, JUDGE_INVALID};
use crate::evaluators::pattern_schema;

/// What an evaluator has found: a score with its reason, or why there is none.
pub(super) type Verdict = Result<(Score, Option<String>), Failure>;

/// The most characters of a failure's detail.
const MAX_DETAIL: usize = 500;

pub(super) fn failure(code: Code, detail: &str) -> Failure {
    Failure { code: code.name().to_owned(), detail: shortened(detail, MAX_DETAIL) }
}

/// At most so many characters, none of which the database refuses.
fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c == '\0' { ' ' } else { c }).collect()
}

/// The score of an answer by a definition that asks no model. `None` for one that does.
pub(super) fn compare(
    templates: &dyn PromptTemplates,
    definition: &EvaluatorDefinition,
    expected: Option<&Value>,
    answer: &str,
) -> Option<Verdict> {
    let score = match definition {
        EvaluatorDefinition::Exact { ignore_case } => wanted(expected).map(|expected| {
            let is_same = match expected {
                Value::String(text) => {
                    folded(text.trim(), *ignore_case) == folded(answer.trim(), *ignore_case)
                }
                other => serde_json::from_str(answer).is_ok_and(|found: Value| found == *other),
            };
            Score::of(is_same)
        }),
        EvaluatorDefinition::Contains { ignore_case } => wanted(expected).map(|expected| {
            let answer = folded(answer, *ignore_case);
            let has = |value: &Value| answer.contains(&folded(&text(value), *ignore_case));
            Score::of(match expected {
                Value::Array(all) => all.iter().all(has),
                one => has(one),
            })
        }),
        EvaluatorDefinition::Regex { pattern } => {
            fits(templates, &pattern_schema(pattern), &Value::from(answer).to_string())
        }
        EvaluatorDefinition::JsonSchema { schema } => fits(templates, schema, answer),
        EvaluatorDefinition::Numeric { tolerance } => wanted(expected).and_then(|expected| {
            let expected = number(&text(expected)).ok_or_else(|| {
                failure(EXPECTED_MISSING, "the item expects nothing that is a number")
            })?;
            let is_near = |found: f64| (found - expected).abs() <= *tolerance;
            Ok(Score::of(number(answer).is_some_and(is_near)))
        }),
        EvaluatorDefinition::Similarity { .. } | EvaluatorDefinition::Judge { .. } => return None,
    };
    Some(score.map(|score| (score, None)))
}

/// What an item expects.
pub(super) fn wanted(expected: Option<&Value>) -> Result<&Value, Failure> {
    expected.ok_or_else(|| failure(EXPECTED_MISSING, "the item says nothing of what is expected"))
}

/// A value as text: a text as it is, another value as JSON.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn folded(text: &str, ignore_case: bool) -> String {
    if ignore_case { text.to_lowercase() } else { text.to_owned() }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn fits(
    templates: &dyn PromptTemplates,
    schema: &JsonObject,
    json: &str,
) -> Result<Score, Failure> {
    let fits = templates.fits(schema, json);
    fits.map(Score::of).map_err(|fault| failure(fault.invalid.code, &fault.invalid.detail))
}

/// What a judge has answered: JSON, alone or in a block of Markdown.
pub(super) fn judged(answer: &str) -> Verdict {
    #[derive(Deserialize)]
    struct Judgement {
        score: f64,
        #[serde(default)]
        reason: Option<String>,
    }
    let invalid = |detail: &str| failure(JUDGE_INVALID, detail);
    let text = answer.trim();
    let block = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let text = block.map_or(text, |block| block.trim_start_matches("json").trim());
    let judgement: Judgement = serde_json::from_str(text)
        .map_err(|_| invalid("the judge did not answer with an object of score and reason"))?;
    let score = Score::new(judgement.score)
        .map_err(|_| invalid("the score of the judge is not from 0 to 1"))?;
    let reason = judgement.reason.map(|text| shortened(&text, EvaluationResult::MAX_REASON));
    Ok((score, reason.filter(|reason| !reason.is_empty())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_judge_that_answers_rubbish_gives_no_score() {
        for rubbish in [
            "",
            "I think it is fine.",
            "0.7",
            "null",
            "{}",
            r#"{"score": "high"}"#,
            r#"{"score": 1.01}"#,
            r#"{"score": -0.1}"#,
            r#"{"score": 1e999}"#,
            r#"{"score": 0.5} and more"#,
            r#"{"reason": "because"}"#,
        ] {
            assert_eq!(judged(rubbish).unwrap_err().code, "judge.invalid", "{rubbish}");
        }
    }

    #[test]
    fn a_judgement_is_read_alone_and_in_a_block() {
        let score = |number| Score::new(number).unwrap();
        let reason = Some("because".to_owned());
        for text in [
            r#"{"score": 0.5, "reason": "because"}"#,
            " \n{\"reason\": \"because\", \"score\": 0.5, \"other\": 1}\n",
            "```json\n{\"score\": 0.5, \"reason\": \"because\"}\n```",
        ] {
            assert_eq!(judged(text), Ok((score(0.5), reason.clone())), "{text}");
        }
        assert_eq!(judged(r#"{"score": 1}"#), Ok((score(1.0), None)));
        let long = json!({"score": 0, "reason": "x\u{0}".repeat(3000)}).to_string();
        let (_, reason) = judged(&long).unwrap();
        assert_eq!(reason.unwrap().chars().count(), EvaluationResult::MAX_REASON);
    }

    /// Whether the answer is right; `None` where nothing was expected.
    fn right(
        definition: &EvaluatorDefinition,
        expected: Option<&Value>,
        answer: &str,
    ) -> Option<bool> {
        struct Unused;
        impl PromptTemplates for Unused {
            fn check(
                &self,
                _: &plinth_domain::PromptVersionDraft,
            ) -> Result<(), Vec<plinth_ports::TemplateFault>> {
                Ok(())
            }
            fn render(
                &self,
                _: &plinth_domain::PromptVersionDraft,
                _: &plinth_domain::JsonObject,
                _: Option<&str>,
            ) -> Result<Vec<plinth_domain::RenderedMessage>, Vec<plinth_ports::TemplateFault>>
            {
                Ok(Vec::new())
            }
            fn uses_context(&self, _: &plinth_domain::PromptVersionDraft) -> bool {
                false
            }
            fn check_schema(
                &self,
                _: &plinth_domain::JsonObject,
            ) -> Result<(), Vec<plinth_ports::TemplateFault>> {
                Ok(())
            }
            fn fits(
                &self,
                _: &plinth_domain::JsonObject,
                _: &str,
            ) -> Result<bool, plinth_ports::TemplateFault> {
                Ok(true)
            }
        }
        let verdict = compare(&Unused, definition, expected, answer).unwrap();
        verdict.ok().map(|(score, _)| score == Score::BEST)
    }

    #[test]
    fn texts_json_and_numbers_are_compared() {
        let exact = EvaluatorDefinition::Exact { ignore_case: false };
        assert_eq!(right(&exact, Some(&json!("Yes")), " Yes\n"), Some(true));
        assert_eq!(right(&exact, Some(&json!("Yes")), "yes"), Some(false));
        assert_eq!(right(&exact, Some(&json!({"a": [1]})), "{ \"a\": [1] }"), Some(true));
        assert_eq!(right(&exact, Some(&json!({"a": [1]})), "nothing"), Some(false));
        assert_eq!(right(&exact, None, "Yes"), None);
        let any_case = EvaluatorDefinition::Exact { ignore_case: true };
        assert_eq!(right(&any_case, Some(&json!("Yes")), "yES"), Some(true));
        let contains = EvaluatorDefinition::Contains { ignore_case: false };
        assert_eq!(right(&contains, Some(&json!("b")), "abc"), Some(true));
        assert_eq!(right(&contains, Some(&json!(["a", 7])), "a 7"), Some(true));
        assert_eq!(right(&contains, Some(&json!(["a", 8])), "a 7"), Some(false));
        let numeric = EvaluatorDefinition::Numeric { tolerance: 0.5 };
        assert_eq!(right(&numeric, Some(&json!(3)), " 3.5 "), Some(true));
        assert_eq!(right(&numeric, Some(&json!("3")), "3.6"), Some(false));
        assert_eq!(right(&numeric, Some(&json!(3)), "three"), Some(false));
        assert_eq!(right(&numeric, Some(&json!(3)), "NaN"), Some(false));
        assert_eq!(right(&numeric, Some(&json!("three")), "3"), None);
    }
}
