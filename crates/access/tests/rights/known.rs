//! How people come to be known: one account each, and addresses that are proven or claims.

use access::people::{self, Admitted, Identity, NewAccount, admit};
use access::{Person, TenantRole, addressed, roles};
use kernel::UserId;

use crate::{Rig, identity, rig};

#[tokio::test]
async fn a_person_who_signs_in_on_both_surfaces_at_once_gets_one_account() {
    let rig = rig().await;
    let admitted = futures_util::future::join_all((0..6).map(|_| rig.person("anna", &["admins"]))).await;
    assert!(admitted.iter().all(|person| person.id == admitted[0].id));
}

impl Rig {
    async fn signs_in(&self, who: &Identity) -> Person {
        let tx = self.test.db.begin().await.unwrap();
        let admitted = admit(&tx, &self.clock, who, "admins").await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        match admitted {
            Admitted::Created(person, _) | Admitted::Changed(person) | Admitted::Known(person) => person,
            Admitted::Removed(_) => panic!("removed"),
        }
    }

    async fn known_as(&self, address: &str) -> Vec<UserId> {
        addressed::known_as(self.test.db.read(), address).await.unwrap()
    }
}

#[tokio::test]
async fn the_log_knows_people_by_no_address_that_they_only_claim() {
    let rig = rig().await;
    let anna = rig.person("anna", &[]).await;
    let eve = rig.person("eve", &[]).await;
    // Both claims are of no use: as a change, and as a first sign-in.
    let claims = Identity { sub: "eve".into(), ..identity("anna", &[]) };
    let late = Identity { sub: "mallory".into(), ..identity("anna", &[]) };
    let (eve_again, mallory) = (rig.signs_in(&claims).await, rig.signs_in(&late).await);
    assert_eq!(eve_again.email, "anna@acme.test", "the address follows the token");
    assert_eq!((eve_again.known_as.as_deref(), eve_again.email_verified), (Some("eve@acme.test"), false));
    assert_eq!(mallory.known_as, None);
    assert_eq!(rig.known_as(" Anna@ACME.test").await, [anna.id]);
    assert_eq!(rig.known_as("eve@acme.test").await, [eve.id]);
    // What the identity provider vouches for is no mere claim, and those who only said so are known by it no more.
    let proven = Identity { sub: "real".into(), email_verified: true, ..identity("anna", &[]) };
    let real = rig.signs_in(&proven).await;
    assert_eq!(rig.known_as("anna@acme.test").await, [real.id]);
}

#[tokio::test]
async fn an_account_that_was_made_here_gives_no_second_person_the_rights_of_its_groups() {
    let rig = rig().await;
    let tx = rig.test.db.begin().await.unwrap();
    let [bo, cy] = ["bo@acme.test", "cy@acme.test"].map(|email| email.parse().unwrap());
    people::make(
        &tx,
        &rig.clock,
        NewAccount { email: &bo, name: "Bo", tenant: Some(rig.own), is_proven: true },
    )
    .await
    .unwrap();
    let cy = NewAccount { email: &cy, name: "Cy", tenant: Some(rig.own), is_proven: false };
    let gone = people::make(&tx, &rig.clock, cy).await.unwrap();
    people::remove(&tx, gone.id, rig.clock.now()).await.unwrap();
    let groups = ["admins", "dezky-tenant-acme"];
    let by_name = |name: &str| Identity {
        username: name.to_owned(),
        email: String::new(),
        ..identity(&format!("hash-of-{name}"), &groups)
    };
    let by_address = Identity { email: "BO@acme.test".into(), ..identity("another", &groups) };
    for who in [by_name("bo@acme.test"), by_name("Cy@acme.test"), by_address] {
        let Admitted::Created(person, given) = admit(&tx, &rig.clock, &who, "admins").await.unwrap() else {
            panic!("{who:?} is new");
        };
        assert_eq!((given.rights.len(), given.is_known), (0, true), "{who:?}");
        let account = access::account::by_id(&*tx, person.id).await.unwrap().unwrap();
        assert!(!account.rights.is_any(), "{who:?}");
    }
    let Admitted::Created(_, given) = admit(&tx, &rig.clock, &by_name("di"), "admins").await.unwrap() else {
        panic!("she is new");
    };
    assert_eq!((given.rights.len(), given.is_known), (2, false));
}

#[tokio::test]
async fn an_address_is_proven_by_the_tenant_s_own_domain_or_by_the_provider_alone() {
    let rig = rig().await;
    let eve = rig.person("eve", &[]).await;
    // An address that nobody has shown to be anybody's, which somebody only claims.
    let claim = Identity { sub: "eve".into(), ..identity("bo", &[]) };
    rig.signs_in(&claim).await;
    let tx = rig.test.db.begin().await.unwrap();
    let email = "bo@acme.test".parse().unwrap();
    let bo = people::make(
        &tx,
        &rig.clock,
        NewAccount { email: &email, name: "Bo", tenant: Some(rig.own), is_proven: false },
    );
    let bo = bo.await.unwrap();
    assert_eq!((bo.email_verified, bo.known_as.as_deref()), (false, None), "she says so too");
    people::link(&tx, bo.id, "sub-of-bo").await.unwrap();
    // A token that vouches for another address proves nothing of this one.
    let token =
        |name: &str| Identity { sub: "sub-of-bo".into(), email_verified: true, ..identity(name, &[]) };
    let Admitted::Known(same) = admit(&tx, &rig.clock, &token("di"), "admins").await.unwrap() else {
        panic!("nothing is proven");
    };
    assert!(!same.email_verified);
    let Admitted::Changed(proven) = admit(&tx, &rig.clock, &token("bo"), "admins").await.unwrap() else {
        panic!("the provider vouches for it");
    };
    tx.commit_silently("a test").await.unwrap();
    assert_eq!((proven.email_verified, proven.known_as.as_deref()), (true, Some("bo@acme.test")));
    assert_eq!(rig.known_as("bo@acme.test").await, [bo.id]);
    assert_eq!(rig.known_as("eve@acme.test").await, [eve.id]);
}

#[tokio::test]
async fn a_domain_that_is_proven_proves_the_addresses_that_its_tenant_gave() {
    let rig = rig().await;
    let acme = rig.own;
    let tx = rig.test.db.begin().await.unwrap();
    let mut made = Vec::new();
    for address in
        ["bo@acme.test", "cy@elsewhere.test", "di@notacme.test", "ed@acme.test", "fy@mail.acme.test"]
    {
        let email = address.parse().unwrap();
        let new = NewAccount { email: &email, name: "Somebody", tenant: Some(rig.own), is_proven: false };
        let person = people::make(&tx, &rig.clock, new).await.unwrap();
        if address != "ed@acme.test" {
            roles::set_tenant_role(&tx, &rig.clock, acme, person.id, TenantRole::Member).await.unwrap();
        }
        made.push(person.id);
    }
    people::domain_proven(&tx, acme, &"acme.test".parse().unwrap()).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    let people = people::by_ids(rig.test.db.read(), &made).await.unwrap();
    let proven = people.iter().filter(|person| person.email_verified);
    let mut proven: Vec<&str> = proven.map(|person| person.email.as_str()).collect();
    proven.sort_unstable();
    assert_eq!(proven, ["bo@acme.test", "fy@mail.acme.test"], "its own people alone, there and below alone");
}

#[tokio::test]
async fn a_domain_that_is_lost_proves_nothing_any_more_save_what_is_left() {
    let rig = rig().await;
    let acme = rig.own;
    let tx = rig.test.db.begin().await.unwrap();
    let mut made = Vec::new();
    for address in
        ["bo@acme.test", "cy@elsewhere.test", "di@notacme.test", "ed@acme.test", "fy@mail.acme.test"]
    {
        let email = address.parse().unwrap();
        let new = NewAccount { email: &email, name: "Somebody", tenant: Some(rig.own), is_proven: true };
        let person = people::make(&tx, &rig.clock, new).await.unwrap();
        if address != "ed@acme.test" {
            roles::set_tenant_role(&tx, &rig.clock, acme, person.id, TenantRole::Member).await.unwrap();
        }
        made.push(person.id);
    }
    tx.commit_silently("a test").await.unwrap();
    let claims = async || {
        let people = people::by_ids(rig.test.db.read(), &made).await.unwrap();
        assert!(people.iter().all(|person| person.known_as.as_ref() == Some(&person.email)), "{people:?}");
        let claims = people.into_iter().filter(|person| !person.email_verified);
        let mut claims: Vec<String> = claims.map(|person| person.email).collect();
        claims.sort_unstable();
        claims
    };
    let domain = "acme.test".parse().unwrap();
    for (left, lost) in [
        (vec!["mail.acme.test".parse().unwrap()], vec!["bo@acme.test"]),
        (Vec::new(), vec!["bo@acme.test", "fy@mail.acme.test"]),
    ] {
        let tx = rig.test.db.begin().await.unwrap();
        people::domain_lost(&tx, acme, &domain, &left).await.unwrap();
        tx.commit_silently("a test").await.unwrap();
        assert_eq!(claims().await, lost, "{left:?} is left");
    }
    let tx = rig.test.db.begin().await.unwrap();
    people::domain_proven(&tx, acme, &domain).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    assert!(claims().await.is_empty(), "it is theirs again");
}
