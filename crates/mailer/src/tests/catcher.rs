//! The mail catcher as people and other programs see it.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// Sends bytes and gives all that is answered until the other side hangs up.
async fn talk(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(rig: &Rig, path: &str) -> String {
    let at = rig.catcher.http.origin.trim_start_matches("http://").parse().unwrap();
    talk(at, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await
}

#[tokio::test]
async fn another_program_can_send_mails_too_all_at_once() {
    let rig = Rig::start().await;
    let answer = talk(
        rig.catcher.smtp,
        b"HELO here\r\nMAIL FROM:<>\r\nRCPT TO:<anna@acme.test>\r\nRCPT TO:<bo@acme.test>\r\nDATA\r\n\
          Subject: one\r\n\r\n..\r\nfirst\r\n.\r\n\
          MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nSubject: two\r\n\r\n.\r\nQUIT\r\n",
    )
    .await;
    let codes: Vec<&str> = answer.lines().map(|line| &line[..3]).collect();
    let expected = ["220", "250", "250", "250", "250", "354", "250", "250", "250", "354", "250", "221"];
    assert_eq!(codes, expected);
    let [one, two] = rig.caught().try_into().unwrap();
    assert_eq!((one.text.as_str(), one.to.len()), (".\nfirst", 2));
    assert_eq!((two.subject.as_str(), two.text.as_str()), ("two", ""));
}

#[tokio::test]
async fn an_endless_line_is_not_read_to_its_end() {
    let rig = Rig::start().await;
    let answer = talk(rig.catcher.smtp, &[b'a'; 4096]).await;
    assert!(answer.ends_with("500 5.5.2 The line is too long\r\n"), "{answer}");
}

#[tokio::test]
async fn people_read_mails_newest_first_and_nothing_in_them_is_a_page() {
    let rig = Rig::start().await;
    assert!(get(&rig, "/").await.contains("No mail has come yet."));
    rig.enqueue(&mail("older")).await;
    rig.mailer().send_due().await.unwrap();
    let text = "<script>alert(1)</script>\nSee https://portal.test/join?a=1&b=2.";
    let (subject, html) = ("<b>newer</b>".to_owned(), Some("<i>html</i>".to_owned()));
    rig.enqueue(&Mail { subject, text: text.to_owned(), html, ..mail("newer") }).await;
    rig.mailer().send_due().await.unwrap();
    let list = get(&rig, "/").await;
    let at = |text: &str| list.find(text).unwrap_or_else(|| panic!("no {text} in {list}"));
    assert!(at("&lt;b&gt;newer&lt;/b&gt;") < at("Ærø: older"));
    let page = get(&rig, "/mails/2").await;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\nSee"), "{page}");
    assert!(page.contains("href=\"https://portal.test/join?a=1&amp;b=2\""), "{page}");
    assert!(page.contains("&lt;i&gt;html&lt;/i&gt;") && !page.contains("<script>"), "{page}");
    assert!(get(&rig, "/mails/3").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn the_inventory_shows_mails_and_they_can_be_removed() {
    let rig = Rig::start().await;
    rig.enqueue(&mail("a")).await;
    rig.mailer().send_due().await.unwrap();
    let shown = get(&rig, "/_sim/inventory").await;
    let (_, body) = shown.split_once("\r\n\r\n").unwrap();
    let inventory: serde_json::Value = serde_json::from_str(body).unwrap();
    let mail = &inventory["mails"][0];
    assert_eq!((&mail["id"], &mail["to"][0]), (&"1".into(), &"anna@acme.test".into()));
    assert_eq!((&mail["subject"], &mail["at"]), (&"Ærø: a".into(), &rig.clock.now().to_string().into()));
    let at = rig.catcher.http.origin.trim_start_matches("http://").parse().unwrap();
    let delete = b"DELETE /_sim/objects/mails/1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(talk(at, delete).await.starts_with("HTTP/1.1 204"));
    assert!(rig.caught().is_empty());
}

#[tokio::test]
async fn caught_mails_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mails.json");
    let start = async || {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        sim::serve(listener, Some(&file), Setup::default()).await.unwrap()
    };
    let send = b"EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n\r\nhello\r\n.\r\nQUIT\r\n";
    let catcher = start().await;
    talk(catcher.smtp, send).await;
    catcher.http.stop();
    let catcher = start().await;
    talk(catcher.smtp, send).await;
    let ids = catcher.http.store.read(|world| world.mails().map(|mail| mail.id.clone()).collect::<Vec<_>>());
    assert_eq!(ids, ["1", "2"]);
}
