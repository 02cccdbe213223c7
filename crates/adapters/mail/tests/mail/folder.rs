use plinth_mail::MailFolder;
use plinth_ports::Mailer;

use crate::{mail_to, sender};

#[tokio::test]
async fn each_mail_is_one_file_and_an_attempt_more_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let mails = MailFolder::open(sender(), folder.path().join("mail")).unwrap();
    let mail = mail_to("ada@example.com");
    for _ in 0..2 {
        mails.send(&mail).await.unwrap();
    }
    let files = std::fs::read_dir(folder.path().join("mail")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].file_name().unwrap().to_str(), Some(&*format!("{}.eml", mail.id)));
    let written = std::fs::read_to_string(&files[0]).unwrap();
    assert!(written.contains("To: ada@example.com\r\n"), "{written}");
}
