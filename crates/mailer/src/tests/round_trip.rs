//! What is put into the outbox is what is read in the end.

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn nothing_in_a_mail_becomes_a_header_or_the_end_of_the_mail() {
    let rig = Rig::start().await;
    let evil = "Hello\r\nBcc: eve@evil.test\r\n\r\nanother body";
    let sneaky = "a\r\n.\r\nMAIL FROM:<eve@evil.test>\nb\u{0}\n..\n--mai_1";
    let html = Some(format!("<p>{sneaky}</p>"));
    let mail = Mail { subject: evil.to_owned(), text: sneaky.to_owned(), html: html.clone(), ..mail("a") };
    rig.enqueue(&mail).await;
    rig.mailer().send_due().await.unwrap();
    let [caught] = rig.caught().try_into().unwrap();
    assert_eq!(caught.subject, "Hello Bcc: eve@evil.test another body");
    assert_eq!(caught.to, ["anna@acme.test"]);
    let expected = "a\n.\nMAIL FROM:<eve@evil.test>\nb\n..\n--mai_1";
    assert_eq!((caught.text.as_str(), caught.html), (expected, Some(format!("<p>{expected}</p>"))));
}

proptest! {
    #[test]
    fn any_subject_and_text_come_out_as_they_went_in(
        subject in "(\\PC{0,20}( |=\\?)?){0,12}",
        text in "([.=æ€😀 a-z]|\\PC|\n|\t){0,200}",
        html in proptest::option::of("[<>a-zø.=\n-]{0,100}"),
    ) {
        let row = Model {
            id: "mai_018f".to_owned(),
            key: "k".to_owned(),
            recipient: "anna@acme.test".to_owned(),
            subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
            text: text.trim_end().to_owned(),
            sealed: false,
            html: html.map(|html| html.trim_end().to_owned()),
            message_id: Some("<mai_018f@dezky.test>".to_owned()),
            attempts: 1,
            error: None,
            created_at: 0,
            next_at: 0,
            sent_at: None,
        };
        let from = "Ærø & co <no-reply@dezky.test>".parse().unwrap();
        let message = crate::message::compose(&row, &from).unwrap();
        let read = sim::read(&message.formatted());
        prop_assert_eq!(read.subject, row.subject);
        prop_assert_eq!(read.text, row.text);
        prop_assert_eq!(read.html, row.html);
        prop_assert_eq!(read.message_id, row.message_id.unwrap());
    }
}
