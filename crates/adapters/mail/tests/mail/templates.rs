use plinth_domain::Language;
use plinth_mail::{MailTemplates, TemplateError};
use plinth_ports::{MailContent, MailDraft, MailKind, MailRenderer};

fn built_in() -> MailTemplates {
    MailTemplates::new("Acme & Co", None).unwrap()
}

fn sample(kind: MailKind, language: Language) -> MailContent {
    built_in().render(&MailDraft::sample(kind, language)).unwrap()
}

#[test]
fn every_mail_says_all_of_its_values_in_both_forms_and_languages() {
    for kind in MailKind::ALL {
        for language in Language::ALL {
            let draft = MailDraft::sample(kind, language);
            let content = built_in().render(&draft).unwrap();
            let whole = format!("{}\n{}", content.subject, content.text);
            for (name, value) in &draft.values {
                assert!(whole.contains(value), "{kind:?} {language:?} says no {name}: {whole}");
            }
            assert!(content.text.contains("Grace Hopper"), "{}", content.text);
            assert!(content.html.contains(&format!("lang=\"{}\"", language.name())));
            assert!(!content.subject.contains('{') && !content.text.contains('{'), "{whole}");
        }
    }
}

#[test]
fn no_value_becomes_markup() {
    let content = sample(MailKind::Invitation, Language::En);
    assert!(content.html.contains("Harbour &amp; Sons &lt;Ltd&gt;"), "{}", content.html);
    assert!(!content.html.contains("<Ltd>"));
    assert!(content.text.contains("Harbour & Sons <Ltd>"), "{}", content.text);
}

#[test]
fn a_value_is_neither_a_template_nor_more_than_one_line() {
    let mut draft = MailDraft::sample(MailKind::Invitation, Language::En);
    draft.values = vec![
        ("organization", "{{ product }}\r\nBcc: eve@example.com".to_owned()),
        ("inviter", "{% include 'layout.txt' %}".to_owned()),
        ("role", "member".to_owned()),
        ("days", "7".to_owned()),
    ];
    draft.recipient = Some("Eve\n\nhttps://evil.example".to_owned());
    let content = built_in().render(&draft).unwrap();
    assert_eq!(content.subject, "Invitation to {{ product }}  Bcc: eve@example.com");
    assert!(content.text.contains("{% include 'layout.txt' %} invites you"), "{}", content.text);
    assert!(content.text.starts_with("Hello Eve  https://evil.example,\n"), "{}", content.text);
}

#[test]
fn a_file_of_the_installation_replaces_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("en")).unwrap();
    let file = folder.path().join("en/invitation.txt");
    std::fs::write(&file, "subject: Come\ngreeting: Hi\nautomatic: -\n\nTo {{ organization }}.\n")
        .unwrap();
    let templates = MailTemplates::new("Acme", Some(folder.path())).unwrap();
    let written = templates.render(&MailDraft::sample(MailKind::Invitation, Language::En)).unwrap();
    assert_eq!(written.subject, "Come");
    let other = templates.render(&MailDraft::sample(MailKind::Invitation, Language::De)).unwrap();
    assert!(other.subject.starts_with("Einladung"), "{}", other.subject);
}

#[test]
fn a_file_with_a_fault_is_named_at_the_start() {
    for (text, reason) in [
        ("subject: x\ngreeting: Hi\nautomatic: -\n\n{{ unknown_value }}\n", "undefined"),
        ("subject: x\ngreeting: Hi\nautomatic: -\n\n{{ organization\n", "unexpected"),
        ("greeting: Hi\nautomatic: -\n\ntext\n", "subject"),
        ("subject: x\n", "empty line"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("de")).unwrap();
        std::fs::write(folder.path().join("de/invitation.txt"), text).unwrap();
        match MailTemplates::new("Acme", Some(folder.path())) {
            Err(TemplateError::Invalid { file, reason: found }) => {
                assert_eq!(file, "de/invitation.txt");
                assert!(found.contains(reason), "{found}");
            }
            other => panic!("{text}: {:?}", other.map(drop)),
        }
    }
}
