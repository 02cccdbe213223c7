/// The template of a mail, taken apart before its values are put in: no value can change its form.
pub(super) struct Parts {
    pub(super) subject: String,
    pub(super) greeting: String,
    /// The last line, which says why the mail was sent.
    pub(super) automatic: String,
    /// The text of the link.
    pub(super) button: Option<String>,
    pub(super) paragraphs: Vec<String>,
}

impl Parts {
    /// Takes a file apart: `name: value` in each line up to the first empty one, then paragraphs.
    pub(super) fn of(file: &str) -> Result<Self, String> {
        let file = file.replace("\r\n", "\n");
        let (head, body) = file.split_once("\n\n").ok_or("it has no empty line")?;
        let (mut subject, mut greeting, mut automatic, mut button) = (None, None, None, None);
        for line in head.lines() {
            let (name, value) = line.split_once(": ").ok_or_else(|| format!("`{line}`"))?;
            let part = match name {
                "subject" => &mut subject,
                "greeting" => &mut greeting,
                "automatic" => &mut automatic,
                "button" => &mut button,
                other => return Err(format!("`{other}` is not known")),
            };
            *part = Some(value.trim().to_owned());
        }
        let paragraphs = body.split("\n\n").map(|text| text.replace('\n', " ").trim().to_owned());
        let needed = |part: Option<String>, name| part.ok_or(format!("it has no `{name}: …`"));
        Ok(Self {
            subject: needed(subject, "subject")?,
            greeting: needed(greeting, "greeting")?,
            automatic: needed(automatic, "automatic")?,
            button,
            paragraphs: paragraphs.filter(|text| !text.is_empty()).collect(),
        })
    }
}
