//! What was published is known, and everything that can be said of it has words. Publishing itself is tried in `dezky`,
//! with a simulated name server beside it.

use domains::Domain;
use kernel::dns::{Change, Data, Name, Record, RecordType};
use kernel::{Clock, DomainId, TenantId, Timestamp};
use mail_dns::DomainState;
use mail_dns::publish::Reason;
use sea_orm::ConnectionTrait as _;

use crate::events::subscriber;
use crate::store;

fn domain(clock: &Clock) -> Domain {
    let now = clock.now();
    Domain {
        id: DomainId::new(clock),
        tenant: TenantId::new(clock),
        name: "acme.test".parse().unwrap(),
        token: "token".to_owned(),
        proven: None,
        state: DomainState::Pending,
        state_since: now,
        policy: None,
        zone: None,
        zone_read_at: None,
        findings: Vec::new(),
        asked: Vec::new(),
        host: None,
        checked_at: None,
        next_check_at: now,
        lapses_at: None,
        removing_at: None,
        refusal: None,
        created_at: now,
    }
}

#[tokio::test]
async fn what_was_published_is_known_until_it_is_replaced_or_its_domain_goes() {
    let test = migrations::test_database().await;
    let clock = Clock::manual(Timestamp::from_micros(1_800_000_000_000_000));
    let domain = domain(&clock);
    let at: Name = "k._domainkey.acme.test".parse().unwrap();
    let txt = |pieces: &[&str]| Data::Txt(pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect());
    let change = |before: Vec<Data>, new: &Data| Change {
        name: at.clone(),
        kind: RecordType::Txt,
        remove: before.clone(),
        before,
        add: vec![Record { name: at.clone(), ttl: 60, data: new.clone() }],
    };
    let (old, new) = (txt(&["v=DKIM1; \"æ\"", "p=AA"]), txt(&["v=DKIM1; p=BB"]));
    let tx = test.db.begin().await.unwrap();
    let insert = format!(
        "INSERT INTO tenants (id, slug, name, name_key, plan, seats, status, billing_info, security_policy, \
         is_platform, version, created_at, updated_at) VALUES ('{}', 'acme', 'Acme', 'acme', 'starter', 1, \
         'active', '{{}}', '{{}}', FALSE, 1, 1, 1)",
        domain.tenant,
    );
    tx.execute_unprepared(&insert).await.unwrap();
    let known = async || {
        let all = store::all(&*tx, &domain).await.unwrap();
        all.into_iter().map(|noted| noted.record.data).collect::<Vec<_>>()
    };
    let first = [change(vec![], &old)];
    assert_eq!(store::note(&tx, &clock, &domain, &first).await.unwrap().len(), 1);
    assert_eq!(store::note(&tx, &clock, &domain, &first).await.unwrap().len(), 0, "it is known");
    assert_eq!(known().await, std::slice::from_ref(&old));
    // The server cut the text in another way.
    let second = [change(vec![txt(&["v=DKIM1; \"æ\"p=AA"])], &new)];
    let noted = store::note(&tx, &clock, &domain, &second).await.unwrap();
    store::take_back(&tx, &domain, &noted).await.unwrap();
    assert_eq!(known().await, [old]);
    store::note(&tx, &clock, &domain, &second).await.unwrap();
    store::settle(&tx, &domain, &second).await.unwrap();
    assert_eq!(known().await, [new]);
    subscriber().domain_gone(&tx, domain.tenant, domain.id).await.unwrap();
    assert_eq!(known().await, []);
}

#[test]
fn every_reason_to_leave_a_record_alone_has_words() {
    let texts = include_str!("../text/en.ftl");
    let has = |key: &str| texts.lines().any(|line| line.starts_with(&format!("{key} =")));
    let reasons = Reason::ALL.iter().map(|reason| format!("publish-left-{}", reason.as_str()));
    let missing: Vec<String> = reasons.filter(|key| !has(key)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
