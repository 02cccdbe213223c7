use plinth_mail::{MailFolder, SentFolder};
use plinth_ports::{Mailer, SentMails};
use uuid::Uuid;

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

#[tokio::test]
async fn a_mail_of_the_folder_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mails = MailFolder::open(sender(), folder.path().to_owned()).unwrap();
    let sent = SentFolder::new(folder.path().to_owned());
    let mail = mail_to("ada@example.com");
    assert_eq!(sent.find(mail.id).await.unwrap(), None);
    mails.send(&mail).await.unwrap();
    let read = sent.find(mail.id).await.unwrap().unwrap();
    assert_eq!((read.id, &*read.to), (mail.id, mail.to.as_str()));
    assert_eq!(read.subject, mail.content.subject);
    assert_eq!(read.text.trim_end(), mail.content.text);
    assert_eq!(read.html.trim_end(), mail.content.html);
}

#[tokio::test]
async fn the_newest_mails_are_shown_and_no_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let sent = SentFolder::new(path.clone());
    assert_eq!(sent.newest().await.unwrap(), [], "the folder is not there yet");
    let mails = MailFolder::open(sender(), path.clone()).unwrap();
    for number in 0..102u64 {
        let mail =
            plinth_ports::Mail { id: Uuid::from_u128(number.into()), ..mail_to("ada@example.com") };
        mails.send(&mail).await.unwrap();
        let written =
            std::fs::File::options().append(true).open(path.join(format!("{}.eml", mail.id)));
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(number);
        written.unwrap().set_modified(at).unwrap();
    }
    for other in ["notes.eml", "draft.tmp", "../secret.eml"] {
        std::fs::write(path.join(other), "Subject: no\r\n\r\n").unwrap();
    }
    let newest = sent.newest().await.unwrap();
    let ids: Vec<_> = newest.iter().map(|mail| mail.id.as_u128()).collect();
    assert_eq!(ids, (2..102).rev().collect::<Vec<_>>());
}
