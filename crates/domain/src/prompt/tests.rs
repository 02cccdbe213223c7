use super::*;
use crate::{Code, Invalid, JsonObject, Score, Text, codes};

fn draft(content: &str) -> PromptVersionDraft {
    PromptVersionDraft {
        messages: PromptMessages::of_user(PromptText::parse(content.to_owned()).unwrap()).unwrap(),
        input_schema: None,
        output_schema: None,
        parameters: JsonObject::default(),
        model: Id::from_uuid(uuid::Uuid::nil()),
        fallbacks: Vec::new(),
        note: None,
    }
}

fn origin(n: u128) -> PromptVersionOrigin {
    PromptVersionOrigin {
        id: Id::from_uuid(uuid::Uuid::from_u128(n)),
        sha256: [0; 32],
        created_by: Id::from_uuid(uuid::Uuid::nil()),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn prompt() -> Prompt {
    let values = PromptDraft {
        name: PromptName::parse("greeting").unwrap(),
        description: None,
        tags: PromptTags::default(),
        active: true,
        release_gate: None,
    };
    let id = uuid::Uuid::nil();
    Prompt::create(Id::from_uuid(id), Id::from_uuid(id), values, draft("1"), origin(1))
}

fn next(prompt: Prompt) -> (Prompt, PromptVersion) {
    let (number, at) = (prompt.versions + 1, Timestamp::UNIX_EPOCH);
    prompt.add_version(draft(&number.to_string()), origin(number.into()), at).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Code {
    result.unwrap_err().code
}

#[test]
fn versions_are_numbered_without_gaps_up_to_the_most() {
    let mut current = prompt();
    for number in 2..=MAX_PROMPT_VERSIONS {
        let (after, version) = next(current);
        assert_eq!((version.number, after.versions), (number, number));
        current = after;
    }
    let refused = current.add_version(draft("x"), origin(9), Timestamp::UNIX_EPOCH);
    assert_eq!(refused.unwrap_err(), VersionsExhausted);
}

#[test]
fn the_newest_version_is_shown_until_production_names_one() {
    let at = Timestamp::UNIX_EPOCH;
    let (production, staging) = (PromptLabel::production(), PromptLabel::parse("staging").unwrap());
    let first = prompt();
    let one = first.shown.clone();
    let (second, two) = next(first);
    assert_eq!(second.shown, two);
    let staged = second.with_label(&staging, one.clone(), at);
    assert_eq!((staged.shown.number, staged.released), (2, false));
    let released = staged.with_label(&production, one.clone(), at);
    assert_eq!((released.shown.clone(), released.released), (one, true));
    let (third, three) = next(released);
    assert_eq!((third.shown.number, third.versions), (1, 3));
    let kept = third.without_label(&staging, three.clone(), at);
    assert_eq!((kept.shown.number, kept.released), (1, true));
    let withdrawn = kept.without_label(&production, three.clone(), at);
    assert_eq!((withdrawn.shown.clone(), withdrawn.released), (three, false));
    assert_eq!(withdrawn.revision.version.number(), 7);
}

#[test]
fn a_label_is_never_taken_for_a_number_or_for_the_newest_version() {
    for label in ["production", "v2", "a.b_c-d", &"x".repeat(50)] {
        assert_eq!(PromptLabel::parse(label).unwrap().as_str(), label);
    }
    for label in ["", "2", "2026-11-29", "Prod", "a b", "ä", &"x".repeat(51)] {
        let refused = code(PromptLabel::parse(label));
        assert_eq!(refused, values::PROMPT_LABEL_MALFORMED, "{label:?}");
    }
    assert_eq!(code(PromptLabel::parse("latest")), values::PROMPT_LABEL_RESERVED);
    assert_eq!(PromptChoice::parse("latest"), Ok(PromptChoice::Newest));
    assert_eq!(PromptChoice::parse("12"), Ok(PromptChoice::Number(12)));
    let staging = PromptLabel::parse("staging").unwrap();
    assert_eq!(PromptChoice::parse("staging"), Ok(PromptChoice::Label(staging)));
    for text in ["+1", "-1", "70000", "1.0"] {
        assert!(PromptChoice::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_name_has_the_characters_that_the_gateway_reads() {
    for name in ["a", "support.reply-2_b", "7", &"x".repeat(100)] {
        assert_eq!(PromptName::parse(name).unwrap().as_str(), name);
    }
    for name in ["", "A", "a@b", "a:b", "a b", "a\n", "ß", &"x".repeat(101)] {
        assert_eq!(code(PromptName::parse(name)), values::PROMPT_NAME_MALFORMED, "{name:?}");
    }
}

#[test]
fn messages_keep_to_their_bounds() {
    let text = |length| PromptText::parse("x".repeat(length));
    assert_eq!(code(text(0)), codes::TEXT_EMPTY);
    assert_eq!(code(text(PromptText::MAX + 1)), codes::TEXT_TOO_LONG);
    assert_eq!(code(PromptText::parse("a\0".to_owned())), codes::TEXT_CONTROL_CHARACTER);
    let kept = PromptText::parse(" a\r\n\tb ".to_owned()).unwrap();
    assert_eq!(kept.as_str(), " a\r\n\tb ");
    let message = |length| PromptMessage { role: PromptRole::User, content: text(length).unwrap() };
    assert_eq!(code(PromptMessages::new(Vec::new())), codes::LIST_EMPTY);
    assert_eq!(code(PromptMessages::new(vec![message(1); 51])), codes::LIST_TOO_LONG);
    assert_eq!(code(PromptMessages::new(vec![message(90_000); 3])), codes::TEXT_TOO_LONG);
    let most = PromptMessages::new(vec![message(PromptMessages::MAX_BYTES / 4); 4]).unwrap();
    assert_eq!(most.content().len(), PromptMessages::MAX_BYTES + 3 * 2);
}

#[test]
fn lists_of_a_prompt_are_bounded_and_name_nothing_twice() {
    let tag = |n: usize| Text::parse(&format!("tag {n}")).unwrap();
    assert!(PromptTags::new((0..20).map(tag).collect()).is_ok());
    assert_eq!(code(PromptTags::new((0..21).map(tag).collect())), codes::LIST_TOO_LONG);
    assert_eq!(code(PromptTags::new(vec![tag(1), tag(1)])), codes::VALUE_REPEATED);
    let label = |n: usize| PromptLabel::parse(&format!("l{n}")).unwrap();
    assert_eq!(code(ProtectedLabels::new((0..21).map(label).collect())), codes::LIST_TOO_LONG);
    assert!(ProtectedLabels::default().contain(&PromptLabel::production()));
    let model = |n| Id::from_uuid(uuid::Uuid::from_u128(n));
    let check = PromptVersionDraft::check_fallbacks;
    assert!(check(model(1), &[model(2), model(3)]).is_ok());
    assert_eq!(code(check(model(1), &[model(1)])), version::PROMPT_FALLBACK_REPEATED);
    assert_eq!(code(check(model(1), &[model(2), model(2)])), codes::VALUE_REPEATED);
    let six: Vec<_> = (2..8).map(model).collect();
    assert_eq!(code(check(model(1), &six)), codes::LIST_TOO_LONG);
}

#[test]
fn a_gate_is_passed_by_an_evaluation_with_its_score() {
    let id = uuid::Uuid::nil();
    let threshold = Score::new(0.7).unwrap();
    let gate = ReleaseGate { dataset: Id::from_uuid(id), evaluator: Id::from_uuid(id), threshold };
    assert_eq!(gate.check(2, None), Err(GateNotPassed::NotEvaluated { version: 2 }));
    let below = GateNotPassed::Below { version: 2, best: 0.69, threshold: 0.7 };
    assert_eq!(gate.check(2, Some(0.69)), Err(below));
    let text = "the best score of version 2 is 0.69, below 0.7 of the release gate";
    assert_eq!(below.to_string(), text);
    assert_eq!(gate.check(2, Some(0.7)), Ok(()));
    // The mean of ten scores, as it is added up.
    let mean = [0.1_f64; 10].iter().sum::<f64>() / 10.0;
    assert!(mean < 0.1, "{mean}");
    let tenth = ReleaseGate { threshold: Score::new(0.1).unwrap(), ..gate };
    assert_eq!(tenth.check(2, Some(mean)), Ok(()));
}
