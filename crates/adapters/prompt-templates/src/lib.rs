//! The templates of prompts: checked when they are saved, rendered when they are used.
//!
//! Templates and schemas come from users. Jinja, as `minijinja` reads it, can be made to overflow the
//! stack, and to work for hours on a few bytes, despite its fuel. So only a part of the language is
//! allowed ([`language`]), fuel bounds what is left ([`engine`]), and a schema is measured before it
//! is used ([`schema`]).

mod engine;
mod language;
mod schema;

use plinth_domain::{JsonObject, PromptVersionDraft, RenderedMessage};
use plinth_ports::{
    CONTEXT_VARIABLE, PROMPT_TEMPLATE_SYNTAX, PROMPT_VARIABLE_UNDECLARED, PromptTemplates,
    TemplateFault,
};

use engine::Engine;
use schema::{Schema, Variables};

/// The most characters of an explanation: what it quotes may be as long as the input.
const MAX_DETAIL: usize = 300;

/// The most faults that are told at once.
const MAX_FAULTS: usize = 20;

/// Checks and renders templates in this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Templates;

impl PromptTemplates for Templates {
    fn check(&self, version: &PromptVersionDraft) -> Result<(), Vec<TemplateFault>> {
        let mut faults = Vec::new();
        let input = checked_schema(version.input_schema.as_ref(), "/input_schema", &mut faults);
        checked_schema(version.output_schema.as_ref(), "/output_schema", &mut faults);
        for (index, message) in version.messages.as_slice().iter().enumerate() {
            let pointer = format!("/messages/{index}/content");
            let template = message.content.as_str();
            match language::check(template).and_then(|()| engine::variables(template)) {
                Ok(used) => faults.extend(undeclared(&used, input.as_ref(), &pointer)),
                Err(refused) => {
                    let detail = shortened(&refused.to_string());
                    faults.push(TemplateFault::new(pointer, PROMPT_TEMPLATE_SYNTAX, detail));
                }
            }
        }
        faults.truncate(MAX_FAULTS);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn render(
        &self,
        version: &PromptVersionDraft,
        variables: &JsonObject,
        context: Option<&str>,
    ) -> Result<Vec<RenderedMessage>, Vec<TemplateFault>> {
        let own = Variables::parse(variables).map_err(|fault| vec![fault])?;
        let with_context = context.map(|text| own.with_context(text)).transpose();
        let with_context = with_context.map_err(|fault| vec![fault])?;
        let variables = with_context.as_ref().unwrap_or(&own);
        if let Some(input) = &version.input_schema {
            let schema = Schema::new(input).map_err(|refused| refused.at("/input_schema"))?;
            let declares = schema.declares(CONTEXT_VARIABLE);
            schema.check(if declares { variables } else { &own })?;
        }
        let mut engine = Engine::new(variables);
        let messages = version.messages.as_slice().iter().enumerate();
        let rendered = messages.map(|(index, message)| {
            let content = engine.render(message.content.as_str());
            let content = content.map_err(|failure| failure.at(index, variables))?;
            Ok(RenderedMessage { role: message.role, content })
        });
        rendered.collect::<Result<_, TemplateFault>>().map_err(|fault| vec![fault])
    }

    fn uses_context(&self, version: &PromptVersionDraft) -> bool {
        version.messages.as_slice().iter().any(|message| {
            let template = message.content.as_str();
            template.contains(CONTEXT_VARIABLE)
                && language::check(template)
                    .and_then(|()| engine::variables(template))
                    .is_ok_and(|used| used.iter().any(|name| name == CONTEXT_VARIABLE))
        })
    }

    fn check_schema(&self, schema: &JsonObject) -> Result<(), Vec<TemplateFault>> {
        Schema::new(schema).map(drop).map_err(|refused| refused.at(""))
    }

    fn fits(&self, schema: &JsonObject, json: &str) -> Result<bool, TemplateFault> {
        let schema = Schema::new(schema).map_err(|refused| refused.first())?;
        schema.is_fit(json)
    }
}

fn checked_schema(
    text: Option<&JsonObject>,
    pointer: &str,
    faults: &mut Vec<TemplateFault>,
) -> Option<Schema> {
    match Schema::new(text?) {
        Ok(schema) => Some(schema),
        Err(refused) => {
            faults.extend(refused.at(pointer));
            None
        }
    }
}

/// The variables that a template uses, and that the schema does not declare.
fn undeclared(used: &[String], input: Option<&Schema>, pointer: &str) -> Option<TemplateFault> {
    let input = input?;
    let is_missing = |name: &&str| *name != CONTEXT_VARIABLE && !input.declares(name);
    let missing: Vec<&str> = used.iter().map(String::as_str).filter(is_missing).collect();
    (!missing.is_empty()).then(|| {
        let detail =
            format!("not among the properties of the input schema: {}", missing.join(", "));
        TemplateFault::new(pointer, PROMPT_VARIABLE_UNDECLARED, shortened(&detail))
    })
}

/// At most [`MAX_DETAIL`] characters of an explanation, in one line.
fn shortened(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = line.take(MAX_DETAIL + 1).collect();
    if line.chars().count() > MAX_DETAIL {
        line.pop();
        line.push('…');
    }
    line
}
