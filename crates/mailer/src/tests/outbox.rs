//! What is in the outbox is sent, once if nobody dies, and given up when it can't be.

use super::*;

#[tokio::test]
async fn a_mail_is_sent_once_when_its_transaction_is_committed() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    let undone = rig.test.db.begin().await.unwrap();
    enqueue(&undone, &rig.clock, &mail("undone")).await.unwrap();
    drop(undone);
    rig.enqueue(&mail("a")).await;
    rig.enqueue(&Mail { text: "told again".to_owned(), ..mail("a") }).await;
    for _ in 0..3 {
        mailer.send_due().await.unwrap();
    }
    let [caught] = rig.caught().try_into().unwrap();
    assert_eq!((caught.subject.as_str(), caught.text.as_str()), ("Ærø: a", ".\nA dot stood alone."));
    assert_eq!((caught.from.as_str(), caught.to), ("no-reply@dezky.test", vec!["anna@acme.test".to_owned()]));
    let [row] = rig.rows().await.try_into().unwrap();
    assert_eq!(row.sent_at, Some(rig.clock.now().micros()));
    assert_eq!(caught.message_id, format!("<{}@dezky.test>", row.id));
    assert_eq!(rig.catcher.http.calls.list()["AUTH /"], 1, "it signed in");
}

#[tokio::test]
async fn mails_that_are_due_together_share_a_connection() {
    let rig = Rig::start().await;
    for key in ["a", "b", "c"] {
        rig.enqueue(&mail(key)).await;
    }
    rig.mailer().send_due().await.unwrap();
    let calls = rig.catcher.http.calls.list();
    assert_eq!((calls["CONNECT /"], calls["DATA /"], calls["QUIT /"]), (1, 3, 1));
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_tried_again_later_and_ever_less_often() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    rig.enqueue(&mail("a")).await;
    rig.fail("*", FaultKind::Refuse, Some(1));
    mailer.send_due().await.unwrap();
    let [row] = rig.rows().await.try_into().unwrap();
    assert!(row.error.unwrap().contains("can't be used"), "the server hung up at once");
    rig.fail("DATA /", FaultKind::RateLimit, Some(1));
    mailer.send_due().await.unwrap();
    assert!(rig.caught().is_empty(), "it is not due yet");
    rig.run(&mailer, 1, Duration::from_secs(30)).await;
    let [row] = rig.rows().await.try_into().unwrap();
    assert!(row.error.unwrap().contains("451"), "the reason is kept");
    let wait = Timestamp::from_micros(row.next_at).since(rig.clock.now());
    assert!(wait >= Duration::from_secs(30) && wait <= Duration::from_mins(1), "{wait:?}");
    rig.run(&mailer, 1, Duration::from_mins(1)).await;
    let [row] = rig.rows().await.try_into().unwrap();
    assert_eq!((rig.caught().len(), row.error, row.attempts), (1, None, 3));
}

#[tokio::test]
async fn a_mail_that_fails_holds_up_no_other() {
    let rig = Rig::start().await;
    rig.enqueue(&mail("a")).await;
    rig.clock.advance(Duration::from_secs(1));
    rig.enqueue(&Mail { to: "bo@acme.test".parse().unwrap(), ..mail("b") }).await;
    rig.fail("RCPT /anna@", FaultKind::RateLimit, None);
    rig.mailer().send_due().await.unwrap();
    assert_eq!(rig.caught().len(), 1);
}

#[tokio::test]
async fn after_a_crash_the_same_mail_is_sent_again_when_the_claim_ends() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    rig.enqueue(&Mail { html: Some("<p>A dot stood alone.</p>".to_owned()), ..mail("a") }).await;
    // It is taken, but nobody says so; the process dies while it waits.
    rig.fail("DATA /", FaultKind::TimeoutAfter, Some(1));
    let taken = async {
        while rig.caught().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        done = mailer.send_due() => panic!("it did not wait: {done:?}"),
        () = taken => {}
    }
    mailer.send_due().await.unwrap();
    assert_eq!(rig.caught().len(), 1, "the claim holds");
    rig.run(&mailer, 1, settings(rig.catcher.smtp).deadline * 4).await;
    let [mut first, second] = rig.caught().try_into().unwrap();
    (first.id, first.at) = (second.id.clone(), second.at);
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "Message-ID and all");
    rig.run(&mailer, 3, Duration::from_hours(1)).await;
    assert_eq!(rig.caught().len(), 2);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_longer_than_the_deadline() {
    let rig = Rig::start().await;
    rig.enqueue(&mail("a")).await;
    rig.fail("CONNECT /", FaultKind::TimeoutBefore, Some(1));
    let settings = Settings { deadline: Duration::from_millis(300), ..settings(rig.catcher.smtp) };
    let mailer = Mailer::new(rig.test.db.clone(), rig.clock.clone(), Some(settings));
    mailer.send_due().await.unwrap();
    let [row] = rig.rows().await.try_into().unwrap();
    assert!(row.error.unwrap().contains("no answer within 300ms"));
}

#[tokio::test]
async fn two_mailers_on_one_outbox_share_the_work() {
    let rig = Rig::start().await;
    for number in 0..30 {
        rig.enqueue(&mail(&format!("{number:02}"))).await;
    }
    let options = db::Options { durable: false, ..db::Options::default() };
    let other = db::Db::connect(&rig.test.url, &options).await.unwrap();
    let other = other.sealed_with(rig.test.db.keys().clone());
    let other = Mailer::new(other, rig.clock.clone(), Some(settings(rig.catcher.smtp)));
    let mailer = rig.mailer();
    let (one, two) = Box::pin(futures_util::future::join(mailer.send_due(), other.send_due())).await;
    one.unwrap();
    two.unwrap();
    let mut subjects: Vec<String> = rig.caught().into_iter().map(|mail| mail.subject).collect();
    subjects.sort();
    let expected: Vec<String> = (0..30).map(|number| format!("Ærø: {number:02}")).collect();
    assert_eq!(subjects, expected);
    assert!(rig.rows().await.iter().all(|row| row.attempts == 1), "each was claimed once");
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_within_the_hour() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    rig.enqueue(&mail("a")).await;
    rig.fail("RCPT /", FaultKind::ErrorAfter, None);
    rig.run(&mailer, 60, Duration::from_mins(1)).await;
    let [given_up] = rig.rows().await.try_into().unwrap();
    assert!(given_up.attempts >= 3 && given_up.attempts <= 10, "{}", given_up.attempts);
    rig.catcher.http.dial.set(Vec::new());
    rig.run(&mailer, 48, Duration::from_hours(1)).await;
    let [later] = rig.rows().await.try_into().unwrap();
    assert_eq!(later, given_up, "it is not tried again");
    assert!(given_up.error.unwrap().contains("5.3.0 The server failed") && given_up.sent_at.is_none());
    assert!(rig.caught().is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_the_servers_matter_and_is_waited_out() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    rig.enqueue(&mail("a")).await;
    rig.fail("AUTH /", FaultKind::ErrorAfter, None);
    rig.run(&mailer, 24, Duration::from_hours(1)).await;
    rig.catcher.http.dial.set(Vec::new());
    rig.run(&mailer, 4, Duration::from_hours(1)).await;
    assert_eq!(rig.caught().len(), 1);
}

#[tokio::test]
async fn a_mail_is_given_up_after_two_days_and_forgotten_after_thirty() {
    let rig = Rig::start().await;
    let mailer = rig.mailer();
    rig.enqueue(&mail("sent")).await;
    mailer.send_due().await.unwrap();
    rig.enqueue(&mail("unsent")).await;
    rig.fail("DATA /", FaultKind::RateLimit, None);
    rig.run(&mailer, 47, Duration::from_hours(1)).await;
    let attempts = rig.rows().await[1].attempts;
    rig.run(&mailer, 24, Duration::from_hours(1)).await;
    let row = rig.rows().await.remove(1);
    assert!(row.attempts <= attempts + 1 && row.sent_at.is_none() && row.error.unwrap().contains("451"));
    rig.clock.advance(Duration::from_hours(26 * 24));
    mailer.forget_old().await.unwrap();
    assert_eq!(rig.rows().await.len(), 2);
    rig.clock.advance(Duration::from_hours(2 * 24));
    mailer.forget_old().await.unwrap();
    assert_eq!(rig.rows().await, []);
}

#[tokio::test]
async fn without_a_mail_server_mails_wait_for_one_but_not_for_ever() {
    let rig = Rig::start().await;
    let off = Mailer::new(rig.test.db.clone(), rig.clock.clone(), None);
    rig.enqueue(&mail("old")).await;
    rig.clock.advance(Duration::from_hours(40));
    rig.enqueue(&mail("young")).await;
    rig.run(&off, 1, Duration::from_hours(9)).await;
    let [old, _] = rig.rows().await.try_into().unwrap();
    assert_eq!(old.error.unwrap(), "No mail server is configured (MAIL_URL).");
    rig.mailer().send_due().await.unwrap();
    let [caught] = rig.caught().try_into().unwrap();
    assert_eq!(caught.subject, "Ærø: young");
}

#[tokio::test]
async fn schedules_send_and_forget() {
    let rig = Rig::start().await;
    rig.enqueue(&mail("a")).await;
    let schedules = rig.mailer().schedules(Duration::from_secs(5));
    assert_eq!(schedules.iter().map(|it| it.name).collect::<Vec<_>>(), ["mails.send", "mails.purge"]);
    for schedule in &schedules {
        assert!(jobs::run_if_due(&rig.test.db, &rig.clock, schedule).await);
    }
    assert_eq!(rig.caught().len(), 1);
}
