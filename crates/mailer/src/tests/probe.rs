//! What is said of a mail server that can't be used, and that asking sends nothing.

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn asking_whether_mails_can_be_sent_sends_none() {
    let rig = Rig::start().await;
    settings(rig.catcher.smtp).probe(PATIENCE).await.unwrap();
    assert_eq!(rig.caught().len(), 0);
}

#[tokio::test]
async fn each_fault_has_its_own_words_and_advice() {
    let rig = Rig::start().await;
    let mut advice = Vec::new();
    for (route, kind, said) in [
        ("CONNECT /", FaultKind::Refuse, "can't be reached"),
        ("CONNECT /", FaultKind::TimeoutBefore, "isn't answering"),
        ("AUTH /", FaultKind::ErrorAfter, "doesn't accept our sign-in"),
    ] {
        rig.fail(route, kind, None);
        let trouble = settings(rig.catcher.smtp).probe(Duration::from_secs(1)).await.unwrap_err();
        assert!(trouble.to_string().contains(said), "{trouble}");
        assert!(!trouble.to_string().contains("any password"), "{trouble}");
        advice.push(trouble.advice());
    }
    advice.dedup();
    assert_eq!(advice.len(), 3);
}

#[tokio::test]
async fn a_server_without_starttls_is_told_from_one_that_is_not_there() {
    let rig = Rig::start().await;
    let at = rig.catcher.smtp;
    let with = |url: String| Settings { transport: Transport::new(&url, None).unwrap(), ..settings(at) };
    let bare = with(format!("smtp://{at}/?tls=required")).probe(PATIENCE).await.unwrap_err();
    assert!(bare.to_string().contains("doesn't encrypt"), "{bare}");
    let nobody = with("smtp://127.0.0.1:9".to_owned()).probe(PATIENCE).await.unwrap_err();
    assert!(nobody.to_string().contains("can't be reached"), "{nobody}");
}
